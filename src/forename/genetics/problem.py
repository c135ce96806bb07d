"""The question put to the engine: remains, families, frequencies and settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from forename.exceptions import InvalidPedigreeError, InvalidSettingError
from forename.genetics.findings import Finding, Location
from forename.genetics.markers import Chromosome
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Profile

# A smaller theta underflows in the urn's products; it would not differ from 0.
LEAST_THETA = 1e-12


@dataclass(frozen=True, slots=True)
class FrequencyTable:
    """Allele frequencies as they were read: canonical marker name -> allele label -> frequency.

    ``chromosomes`` names the X-linked markers; ``silent_alleles`` the silent allele of a marker;
    ``minimum_frequency`` is the table's own floor (GENis ``fmin``) by marker, where stated.
    ``mutation`` holds a marker's own model texts (male, female) where the file states them, in
    the syntax of `forename.genetics.mutation.parse_mutation`.
    """

    frequencies: Mapping[str, Mapping[str, float]]
    chromosomes: Mapping[str, Chromosome] = field(default_factory=dict)
    silent_alleles: Mapping[str, str] = field(default_factory=dict)
    minimum_frequency: Mapping[str, float] = field(default_factory=dict)
    mutation: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relative:
    """One line of a families table: a typed relative and what they are to the missing person."""

    family: str
    kinship: str
    profile: Profile
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Family:
    """A pedigree with the persons it misses and the profiles of the relatives it has.

    ``missing`` are ids of ``pedigree`` that carry no profile. ``profiles`` maps a member to one
    or more profiles (replicates). ``labels`` maps a missing member to the id used in results: a
    family with one missing person lends it the family's id. ``kinship`` keeps the stated word of
    each typed member where the family came from a table.
    """

    id: str
    pedigree: Pedigree
    missing: tuple[str, ...]
    profiles: Mapping[str, tuple[Profile, ...]]
    kinship: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    strata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("profiles", "kinship", "labels", "strata"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if not self.missing:
            raise InvalidPedigreeError(f"family {self.id} has no missing person")
        for member in (*self.missing, *self.profiles):
            if member not in self.pedigree:
                raise InvalidPedigreeError(f"family {self.id}: {member} is not in its pedigree")
        typed = set(self.missing) & set(self.profiles)
        if typed:
            raise InvalidPedigreeError(
                f"family {self.id}: {', '.join(sorted(typed))} cannot be both missing and typed"
            )

    def label(self, missing: str) -> str:
        """Return the id that results use for a missing member."""
        if missing in self.labels:
            return self.labels[missing]
        return self.id if len(self.missing) == 1 else f"{self.id}:{missing}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence other than DNA, as a log weight added to one pairing, with its source."""

    remains: str
    missing_person: str
    log10_weight: float
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice that can alter a number. Frequencies in (0, 1), rates per meiosis.

    ``mutation`` is the default model text (see `forename.genetics.mutation.parse_mutation`) used
    where the frequency table states none; ``mutation_female`` differs from it where given.
    ``drop_out`` is per allele copy, ``drop_in`` per marker, ``typing_error`` per marker (same
    person comparison only). ``prior`` is ``flat``, ``missing-total:N``, ``victims:N`` or
    ``odds:X``; empty takes `default_prior`. Thresholds are log10 LR or posteriors.
    """

    mutation: str = "equal:0.001"
    mutation_female: str = ""
    theta: float = 0.0
    theta_scope: str = "hypothesis"
    drop_out: float = 0.0
    drop_in: float = 0.0
    typing_error: float = 0.0
    minimum_frequency: float = 0.001
    prior: str = ""
    sex_error: float = 0.001
    same_person_log10_lr: float = 6.0
    report_log10_lr: float = 0.0
    proposal_posterior: float = 0.9999
    minimum_markers: int = 6
    exclusion_markers: int = 3
    best_assignments: int = 10

    def __post_init__(self) -> None:
        if self.theta != 0 and not LEAST_THETA <= self.theta <= 0.5:
            raise InvalidSettingError(
                f"theta must be 0 or lie in [{LEAST_THETA:g}, 0.5], not {self.theta}"
            )
        for name, low, high in (
            ("drop_out", 0.0, 0.99),
            ("drop_in", 0.0, 0.5),
            ("typing_error", 0.0, 0.5),
            ("minimum_frequency", 0.0, 0.1),
            ("sex_error", 0.0, 0.5),
            ("proposal_posterior", 0.5, 1.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise InvalidSettingError(f"{name} must lie in [{low}, {high}], not {value}")
            object.__setattr__(self, name, float(value))  # a whole number is a rate too
        for name in ("same_person_log10_lr", "report_log10_lr"):
            if not math.isfinite(getattr(self, name)):
                raise InvalidSettingError(f"{name} must be a number, not {getattr(self, name)}")
        if self.same_person_log10_lr < 0:
            raise InvalidSettingError(
                f"same_person_log10_lr must not be negative, which would join unrelated samples, "
                f"not {self.same_person_log10_lr}"
            )
        for name in ("minimum_markers", "exclusion_markers", "best_assignments"):
            if getattr(self, name) < 1:
                raise InvalidSettingError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.theta_scope not in ("component", "hypothesis"):
            raise InvalidSettingError("theta_scope is 'component' or 'hypothesis'")


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that an analysis starts from. ``findings`` are those made while reading.

    ``digests`` maps each input file's name to its SHA-256; ``title`` and ``simulated`` go into
    every output.
    """

    remains: tuple[Profile, ...]
    families: tuple[Family, ...]
    frequencies: FrequencyTable
    settings: Settings = Settings()
    elimination: tuple[Profile, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    simulated: bool = False
