"""Simulated remains: parts of the dead in their graves, and what the laboratory sees of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forename.genetics.gene_dropping import HEMIZYGOUS, Genotypes
from forename.genetics.markers import Marker, allele_key
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.simulation_settings import SimulationSettings
from forename.genetics.truth import NOBODY, TruthNote


@dataclass(frozen=True, slots=True)
class DeadPerson:
    """A person in the graves: label ``P001``, sex, genotypes of shape (n_markers, 2)."""

    label: str
    sex: Sex
    genotypes: Genotypes


@dataclass(frozen=True, slots=True)
class SimulatedRemains:
    """All samples of the graves, whose they are, and the notes on contamination."""

    profiles: tuple[Profile, ...]
    owners: Mapping[str, str]
    notes: tuple[TruthNote, ...]


def full_profile(sample: str, genotypes: Genotypes, sex: Sex, markers: Sequence[Marker]) -> Profile:
    """Return what a laboratory sees of an undamaged sample: every allele, and amelogenin."""
    calls = {}
    for marker, pair in zip(markers, genotypes, strict=True):
        seen = [marker.alleles[index] for index in pair if index != HEMIZYGOUS]
        visible = [allele for allele in seen if allele != marker.silent_allele]
        if visible:
            calls[marker.name] = _call(visible)
    amelogenin = ("X", "Y") if sex is Sex.MALE else ("X", "X")
    return Profile(sample, calls, sex=sex, amelogenin=amelogenin)


def make_remains(
    dead: Sequence[DeadPerson],
    staff: Sequence[Profile],
    markers: Sequence[Marker],
    settings: SimulationSettings,
    rng: np.random.Generator,
) -> SimulatedRemains:
    """Lay the dead in graves, part them, degrade the samples and label them ``G1-001``."""
    graves: list[list[DeadPerson]] = [[] for _ in range(settings.graves)]
    homes = rng.integers(settings.graves, size=len(dead))
    for person, home in zip(dead, homes, strict=True):
        graves[home].append(person)
    if dead:
        for chosen in rng.integers(len(dead), size=settings.extra_samples):
            grave = homes[chosen]
            if rng.random() < settings.moved_fraction:
                grave = rng.integers(settings.graves)
            graves[grave].append(dead[chosen])
    profiles: list[Profile] = []
    owners: dict[str, str] = {}
    for number, grave_content in enumerate(graves, start=1):
        for position, place in enumerate(rng.permutation(len(grave_content)), start=1):
            person = grave_content[place]
            sample = f"G{number}-{position:03d}"
            whole = full_profile(sample, person.genotypes, person.sex, markers)
            profiles.append(_degrade(whole, f"G{number}", settings, rng))
            owners[sample] = person.label
    return _contaminate(SimulatedRemains(tuple(profiles), owners, ()), staff, settings, rng)


def _contaminate(
    remains: SimulatedRemains,
    staff: Sequence[Profile],
    settings: SimulationSettings,
    rng: np.random.Generator,
) -> SimulatedRemains:
    """Let samples of persons with several parts show a member of staff instead."""
    if not settings.contaminated:
        return remains
    profiles = list(remains.profiles)
    owners = dict(remains.owners)
    notes = []
    parts: dict[str, list[int]] = {}
    for index, profile in enumerate(profiles):
        parts.setdefault(owners[profile.sample], []).append(index)
    spare = [index for indices in parts.values() for index in indices[1:]]
    for index in rng.permutation(spare)[: settings.contaminated].tolist():
        sample = profiles[index].sample
        source = staff[int(rng.integers(len(staff)))]
        profiles[index] = Profile(
            sample,
            source.calls,
            sex=source.sex,
            amelogenin=source.amelogenin,
            stratum=profiles[index].stratum,
        )
        owners[sample] = NOBODY
        notes.append(
            TruthNote(
                "contamination",
                (sample, source.sample),
                f"the profile of {sample} is that of the member of staff {source.sample}",
            )
        )
    return SimulatedRemains(tuple(profiles), owners, tuple(notes))


def _degrade(
    whole: Profile, stratum: str, settings: SimulationSettings, rng: np.random.Generator
) -> Profile:
    if rng.random() >= settings.degraded_fraction:
        return Profile(whole.sample, whole.calls, whole.sex, whole.amelogenin, stratum=stratum)
    severity = rng.uniform(0.2, 1.0)
    names = list(whole.calls)
    places = np.arange(len(names)) / max(1, len(names) - 1)
    margin = rng.random(len(names)) - severity * settings.marker_loss * (0.5 + places)
    # The markers least at risk stay, whatever happened to them.
    floor = (
        np.sort(margin)[::-1][: settings.least_markers][-1] if settings.least_markers else np.inf
    )
    drop_out = settings.allele_drop_out
    calls: dict[str, Call] = {}
    for name, value in zip(names, margin, strict=True):
        if value >= 0 or value >= floor:
            seen = [allele for allele in whole.calls[name].alleles if rng.random() >= drop_out]
            if seen:
                calls[name] = _call(seen)
    amelogenin_seen = rng.random() >= severity * settings.marker_loss * 0.5
    return Profile(
        whole.sample,
        calls,
        whole.sex if amelogenin_seen else Sex.UNKNOWN,
        whole.amelogenin if amelogenin_seen else (),
        drop_out=drop_out if drop_out > 0 else None,
        stratum=stratum,
    )


def _call(alleles: Sequence[str]) -> Call:
    """Return the call of one or two visible copies; a single peak is written twice."""
    ordered = sorted(alleles, key=allele_key)
    return Call((ordered[0], ordered[-1]))
