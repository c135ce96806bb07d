"""Build the markers of an analysis from a frequency table, the profiles and the settings.

A table lists the alleles of a sample of the population; profiles hold others. The policy for
those, and every scaling, is stated in ``docs/methods/frequencies.md`` and returned as findings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forename.exceptions import InvalidMarkerError, InvalidSettingError
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN, Chromosome, Marker, allele_key
from forename.genetics.mutation import MutationModel, mutation_matrix, parse_mutation
from forename.genetics.problem import FrequencyTable, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.sentences import Sentence, say

# A sum this far from 1 is more than rounding of printed frequencies would explain, or a table
# whose values are percentages or counts.
_SUM_ROUNDED = 1e-6
_SUM_DOUBTFUL = 0.05
_NAMED_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """The markers an analysis uses, in the order of the table, and what was noticed about them."""

    markers: tuple[Marker, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Sighting:
    sample: str
    location: Location | None


def build_panel(
    frequencies: FrequencyTable, profiles: Iterable[Profile], settings: Settings
) -> Panel:
    """Return the markers that the table and at least one profile share, ready for computation.

    Each marker's frequencies are scaled to sum to 1. An allele that a profile shows and the table
    lacks (or lists as 0) then takes the larger of ``settings.minimum_frequency`` and the table's
    own minimum, and the marker is scaled again. Mutation models are the table's where it states
    them, else those of the settings. Amelogenin is no marker of the panel. Raises
    `InvalidMarkerError` for unusable frequencies or a model that they do not admit, and
    `InvalidSettingError` for a model text that is not understood.
    """
    sightings = _sightings(profiles)
    markers: list[Marker] = []
    findings: list[Finding] = []
    scaled: dict[str, float] = {}
    for name, table in frequencies.frequencies.items():
        seen = sightings.get(name)
        if seen is None or name == AMELOGENIN:
            continue
        listed = _listed(name, table)
        if not listed:
            continue
        total = math.fsum(listed.values())
        if abs(total - 1) > _SUM_ROUNDED:
            scaled[name] = total
        silent = frequencies.silent_alleles.get(name)
        if silent is not None and silent not in listed:
            findings.append(_silent_without_frequency(name, silent, frequencies))
            silent = None
        probabilities = {label: value / total for label, value in listed.items()}
        unlisted = sorted(
            (label for label in seen if label not in listed and label != silent), key=allele_key
        )
        if unlisted:
            minimum = _minimum(name, unlisted, frequencies, settings)
            probabilities |= dict.fromkeys(unlisted, minimum)
            findings.append(_allele_not_in_table(name, unlisted, seen, minimum))
        models = _models(name, frequencies, settings)
        marker = _marker(name, probabilities, silent, models, frequencies)
        markers.append(marker)
        findings.extend(_alleles_without_mutation(marker, models))
    findings.extend(_frequencies_scaled(scaled, frequencies))
    unused = sightings.keys() - {marker.name for marker in markers} - {AMELOGENIN}
    findings.extend(_marker_without_frequencies(name, sightings[name]) for name in sorted(unused))
    return Panel(tuple(markers), tuple(findings))


def usable_call(call: Call, marker: Marker, sex: Sex, drop_in: float) -> bool:
    """Tell whether a likelihood can use the call; one that it cannot use is left out.

    Every allele must be a visible one of the marker. Without drop-in a call of more alleles than
    the person has copies (two; one for a male at an X marker) is unusable. ``drop_in`` is the
    sample's rate in [0, 1).
    """
    if any(label == marker.silent_allele or label not in marker.alleles for label in call.alleles):
        return False
    copies = 1 if marker.chromosome is Chromosome.X and sex is Sex.MALE else 2
    return drop_in > 0 or len(call.distinct) <= copies


def _sightings(profiles: Iterable[Profile]) -> dict[str, dict[str, list[_Sighting]]]:
    # marker -> allele -> who shows it
    found: dict[str, dict[str, list[_Sighting]]] = {}
    for profile in profiles:
        for name, call in profile.calls.items():
            alleles = found.setdefault(name, {})
            sighting = _Sighting(profile.sample, call.location or profile.location)
            for label in set(call.alleles):
                alleles.setdefault(label, []).append(sighting)
    return found


def _listed(name: str, table: Mapping[str, float]) -> dict[str, float]:
    for label, value in table.items():
        if not (math.isfinite(value) and value >= 0):
            raise InvalidMarkerError(
                f"marker {name}, allele {label}: the frequency must be a number that is not "
                f"negative, not {value}"
            )
    return {label: value for label, value in table.items() if value > 0}


def _minimum(
    name: str, unlisted: Sequence[str], frequencies: FrequencyTable, settings: Settings
) -> float:
    minimum = max(settings.minimum_frequency, frequencies.minimum_frequency.get(name, 0.0))
    if not 0 < minimum < 1:
        raise InvalidSettingError(
            f"marker {name}: allele {unlisted[0]} is not in the frequency table, so a minimum "
            f"frequency above 0 and below 1 is needed, not {minimum}"
        )
    return minimum


def _models(
    name: str, frequencies: FrequencyTable, settings: Settings
) -> tuple[MutationModel, MutationModel]:
    default = (settings.mutation, settings.mutation_female or settings.mutation)
    male, female = frequencies.mutation.get(name, default)
    try:
        return parse_mutation(male), parse_mutation(female or male)
    except InvalidSettingError as error:
        raise InvalidSettingError(f"marker {name}: {error}") from None


def _marker(
    name: str,
    probabilities: Mapping[str, float],
    silent: str | None,
    models: tuple[MutationModel, MutationModel],
    frequencies: FrequencyTable,
) -> Marker:
    alleles = tuple(sorted(probabilities, key=lambda label: (label == silent, allele_key(label))))
    values = np.array([probabilities[label] for label in alleles])
    values /= values.sum()
    male, female = models
    male_matrix = mutation_matrix(male, alleles, values, silent, marker=name)
    female_matrix = male_matrix
    if female != male:
        female_matrix = mutation_matrix(female, alleles, values, silent, marker=name)
    return Marker(
        name=name,
        alleles=alleles,
        frequencies=values,
        chromosome=frequencies.chromosomes.get(name, Chromosome.AUTOSOMAL),
        mutation_male=male_matrix,
        mutation_female=female_matrix,
        silent_allele=silent,
    )


def _allele_not_in_table(
    name: str, unlisted: Sequence[str], seen: Mapping[str, Sequence[_Sighting]], minimum: float
) -> Finding:
    sightings = [sighting for label in unlisted for sighting in seen[label]]
    unsized = [label for label in unlisted if allele_key(label)[0] == 1]
    said = tuple(
        say("{allele} ({samples})", allele=label, samples=_samples(seen[label]))
        for label in unlisted
    )
    advice = say("Check these alleles in the raw data, or use a frequency table that lists them.")
    if unsized:
        advice = say(
            "Check these alleles in the raw data, or use a frequency table that lists them. "
            "No repeat number: {alleles}. Samples that share such an allele may carry different "
            "ones, yet count as alike; size it or leave it out.",
            alleles=tuple(unsized),
        )
    return Finding(
        code="allele_not_in_table",
        severity=Severity.WARNING if unsized else Severity.INFO,
        records=(name, *dict.fromkeys(sighting.sample for sighting in sightings)),
        text=say(
            "{marker}: not in the frequency table: {alleles:;}. Each takes the frequency "
            "{minimum:g}, then the marker is scaled to sum to 1.",
            marker=name,
            alleles=said,
            minimum=minimum,
        ),
        advice=advice,
        locations=_locations(sightings),
    )


def _frequencies_scaled(
    scaled: Mapping[str, float], frequencies: FrequencyTable
) -> Iterable[Finding]:
    rounded = {name: s for name, s in scaled.items() if abs(s - 1) <= _SUM_DOUBTFUL}
    doubtful = {name: s for name, s in scaled.items() if name not in rounded}
    for severity, sums, advice in (
        (
            Severity.INFO,
            rounded,
            say("No action needed where printed frequencies were rounded."),
        ),
        (
            Severity.WARNING,
            doubtful,
            say(
                "Check the table: alleles may be missing, or the numbers may be percentages or "
                "counts."
            ),
        ),
    ):
        if sums:
            yield Finding(
                code="frequencies_scaled",
                severity=severity,
                records=tuple(sums),
                text=say(
                    "Frequencies do not sum to 1 and were scaled; their sums: {sums}.",
                    sums=tuple(f"{name} {value:.6g}" for name, value in sums.items()),
                ),
                advice=advice,
                locations=_places(sums, frequencies),
            )


def _marker_without_frequencies(name: str, seen: Mapping[str, Sequence[_Sighting]]) -> Finding:
    sightings = [sighting for found in seen.values() for sighting in found]
    return Finding(
        code="marker_without_frequencies",
        severity=Severity.WARNING,
        records=(name,),
        text=say(
            "{marker} is typed in {samples} but has no allele frequencies: not used.",
            marker=name,
            samples=_samples(sightings),
        ),
        advice=say("Add the marker to the frequency table, or check the spelling of its name."),
    )


def _silent_without_frequency(name: str, silent: str, frequencies: FrequencyTable) -> Finding:
    return Finding(
        code="silent_allele_without_frequency",
        severity=Severity.WARNING,
        records=(name,),
        text=say(
            "{marker}: the silent allele {allele} has no frequency, so none is assumed.",
            marker=name,
            allele=silent,
        ),
        advice=say("State its frequency, or state no silent allele."),
        locations=_places((name,), frequencies),
    )


def _alleles_without_mutation(
    marker: Marker, models: tuple[MutationModel, MutationModel]
) -> Iterable[Finding]:
    unnamed = [
        label
        for label in marker.alleles
        if label != marker.silent_allele
        and any(model.alleles and label not in model.alleles for model in models)
    ]
    if unnamed:
        yield Finding(
            code="allele_without_mutation",
            severity=Severity.WARNING,
            records=(marker.name,),
            text=say(
                "{marker}: the custom mutation matrix does not name {alleles}, which therefore "
                "never mutates.",
                marker=marker.name,
                alleles=tuple(unnamed),
            ),
            advice=say("Give the matrix a row and a column for it."),
        )


def _samples(sightings: Sequence[_Sighting]) -> Sentence:
    names = tuple(dict.fromkeys(sighting.sample for sighting in sightings))
    more = len(names) - _NAMED_SAMPLES
    if more > 0:
        return say("{samples} and {count} more", samples=names[:_NAMED_SAMPLES], count=more)
    return say("{samples}", samples=names)


def _locations(sightings: Iterable[_Sighting]) -> tuple[Location, ...]:
    return tuple(dict.fromkeys(s.location for s in sightings if s.location is not None))


def _places(names: Iterable[str], frequencies: FrequencyTable) -> tuple[Location, ...]:
    return tuple(frequencies.locations[name] for name in names if name in frequencies.locations)
