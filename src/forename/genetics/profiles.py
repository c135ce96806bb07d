"""What a laboratory saw: calls at markers, gathered in the profile of one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from forename.genetics.findings import Location


class Sex(StrEnum):
    """Biological sex as far as it is known."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True)
class Call:
    """The alleles seen at one marker of one sample, as labels, in the order they were written.

    ``("12", "14")`` is a heterozygote. ``("12", "12")`` and ``("12",)`` are the same observation,
    a single peak, unless ``partial`` is true: then only one allele is known and the genotype
    holds at least one ``12``. Three or more alleles are kept as seen. Not tested or nothing seen
    is the absence of a call, never an empty one.
    """

    alleles: tuple[str, ...]
    partial: bool = False
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.alleles:
            raise ValueError("a call holds at least one allele; leave a missing call out")

    @property
    def distinct(self) -> frozenset[str]:
        """The set of different alleles seen."""
        return frozenset(self.alleles)


@dataclass(frozen=True, slots=True)
class Profile:
    """The calls of one typed sample, by canonical marker name (amelogenin apart).

    ``amelogenin`` is what was seen there, such as ``("X", "Y")``; empty when it was not typed.
    ``sex`` is the stated or derived sex. ``drop_out`` and ``drop_in`` override the settings for
    this sample: drop-out per allele copy in [0, 1), drop-in per marker in [0, 1).
    ``stratum`` is the site or incident a prior may use.
    """

    sample: str
    calls: Mapping[str, Call]
    sex: Sex = Sex.UNKNOWN
    amelogenin: tuple[str, ...] = ()
    drop_out: float | None = None
    drop_in: float | None = None
    stratum: str = ""
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calls", MappingProxyType(dict(self.calls)))


def sex_from_amelogenin(alleles: tuple[str, ...]) -> Sex:
    """Return the sex that amelogenin peaks indicate: any Y is male, X alone is female."""
    if "Y" in alleles:
        return Sex.MALE
    return Sex.FEMALE if "X" in alleles else Sex.UNKNOWN
