"""From samples of remains to persons: those that are taken as one person are its replicates.

Pairs are found by searching samples among each other; whether they are one person is judged by
`forename.genetics.identity`, as in an analysis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forename.genetics.comparison import compare_observations
from forename.genetics.findings import Finding
from forename.genetics.identity import (
    group_compared,
    group_sex,
    pair_at,
    same_person_conflicts,
)
from forename.genetics.problem import Settings
from forename.genetics.profiles import Profile, Sex
from forename.search.among import RELATIONS, REMAINS, Relation
from forename.search.columns import SEXES, Columns, Samples, columns_of_persons
from forename.search.executors import Threads
from forename.search.families import profile_of
from forename.search.job import Job, Wanted, blocks_of, prepare, samples_at
from forename.search.store import Store

_MARGIN = 1e-6  # log10; the engine's own comparison decides
_BLOCK = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """Persons in the order of their first sample in the store.

    ``names`` joins the samples' names with "+"; ``members`` are rows of the store's remains.
    ``findings`` tell of samples that match and yet cannot be one person with their group.
    """

    names: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    sexes: tuple[Sex, ...]
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.members)


def persons_of(store: Store, job: Job, settings: Settings, threads: int) -> Persons:
    """Return the persons of a store's remains; ``job`` is a search of the same store."""
    names = job.remains["name"].to_pylist()
    sexes = [SEXES[n] for n in job.remains["sex"].to_pylist()]
    pairs = _alike(store, settings, threads)
    samples = remains_samples(job)
    linked = np.unique(pairs)
    profiles = [sample_profile(job, samples, row) for row in linked.tolist()]
    comparison = compare_observations(profiles, job.markers, settings)
    tables = [marker.same_person_log10_lr() for marker in comparison.markers]
    place = {row: n for n, row in enumerate(linked.tolist())}
    compared = [
        pair_at(comparison, tables, place[a], place[b], settings) for a, b in pairs.tolist()
    ]
    groups = group_compared(comparison, compared, settings) if profiles else ()
    row_of = {names[row]: row for row in linked.tolist()}
    by_name = {profile.sample: profile for profile in profiles}
    found = []
    for group in groups:
        own = [by_name[name] for name in group.samples]
        found.append((tuple(row_of[name] for name in group.samples), group_sex(group, own)))
    grouped = {row for members, _ in found for row in members}
    found += [((row,), sexes[row]) for row in range(len(names)) if row not in grouped]
    found.sort(key=lambda each: each[0][0])
    return Persons(
        tuple("+".join(names[row] for row in members) for members, _ in found),
        tuple(members for members, _ in found),
        tuple(sex for _, sex in found),
        same_person_conflicts(groups, compared, settings),
    )


def columns_as_persons(job: Job, persons: Persons) -> Columns:
    """Return what each person's samples show together."""
    return columns_of_persons(job.columns, persons.members, persons.sexes)


def remains_samples(job: Job) -> Samples:
    """Return the samples of a search's remains."""
    return samples_at(job.store, job.remains, job.markers, job.alleles, job.rates)


def sample_profile(job: Job, samples: Samples, row: int) -> Profile:
    """Return one sample as the profile that an analysis would read."""
    profile = profile_of(samples, row, job.markers, SEXES[samples.sexes[row]])
    return replace(profile, sample=job.remains["name"][row].as_py())


def _alike(store: Store, settings: Settings, threads: int) -> np.ndarray:
    """Return the pairs of samples, rows of the remains, that may be one person, (n, 2)."""
    wanted = Wanted(settings.same_person_log10_lr - _MARGIN, 0, 0.0, REMAINS)
    job = prepare(store, settings, wanted)
    first = len(job.store.shapes) - len(RELATIONS) * len(SEXES)
    place = RELATIONS.index(Relation.SAME) * len(SEXES) + first
    own = (job.shapes >= place) & (job.shapes < place + len(SEXES))
    job = replace(job, order=job.order[own], shapes=job.shapes[own])
    found = [np.zeros((0, 2), np.int64)]
    for _, pairs in Threads(threads).search(job, blocks_of(job, _BLOCK)):
        sample = job.order[pairs.family] % len(job.remains)
        once = sample < pairs.remains
        found.append(np.stack([sample[once], pairs.remains[once]], axis=1))
    every = np.concatenate(found).astype(np.int64)
    return every[np.lexsort((every[:, 1], every[:, 0]))]
