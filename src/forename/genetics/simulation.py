"""A mass grave with known truth, to test an identification against.

The steps, in order: frequencies are invented; families are drawn and genes dropped through their
true pedigrees; it is decided which missing persons lie in the graves; the dead are parted into
samples, which degrade; staff leave their own profiles. What is told of the families may be wrong
where the settings say so. Nothing here is real. See ``docs/methods/simulation.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forename.exceptions import InvalidSettingError
from forename.genetics.gene_dropping import drop_genes
from forename.genetics.invented_frequencies import invented_frequencies
from forename.genetics.markers import Marker
from forename.genetics.mutation import mutation_matrix, parse_mutation
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import FrequencyTable, Problem, Settings
from forename.genetics.profiles import Sex
from forename.genetics.simulated_families import TrueFamily, make_families, state_families
from forename.genetics.simulated_remains import DeadPerson, full_profile, make_remains
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings
from forename.genetics.truth import NOBODY, Truth
from forename.statistics.priors import Prior, parse_prior, prior_weights


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated problem and its truth."""

    problem: Problem
    truth: Truth


def simulate(
    settings: SimulationSettings, rng: np.random.Generator, seed: int | None = None
) -> Simulation:
    """Return a simulated mass grave; the same settings and generator state give the same case.

    ``seed`` is only noted in the truth. Raises `InvalidSettingError` for a plan that cannot be
    carried out.
    """
    frequencies = invented_frequencies(settings.markers)
    markers = simulation_markers(frequencies, settings.analysis)
    families = make_families(_plans(settings, rng), markers, rng)
    told = state_families(
        families, lambda label, genotypes, sex: full_profile(label, genotypes, sex, markers)
    )
    staff = _strangers("staff", settings.staff, markers, rng)
    staff_profiles = tuple(
        full_profile(f"STAFF{i:02d}", person.genotypes, person.sex, markers)
        for i, person in enumerate(staff, start=1)
    )
    present = _present(families, settings, rng)
    unrelated = _unrelated(settings, sum(present.values()))
    dead, missing = _dead(families, present, _strangers("", unrelated, markers, rng), rng)
    parted = replace(settings, extra_samples=_extra_samples(settings, len(dead)))
    remains = make_remains(dead, staff_profiles, markers, parted, rng)
    notes = [note for family in families for note in family.notes]
    return Simulation(
        Problem(
            remains=remains.profiles,
            families=told.families,
            frequencies=frequencies,
            settings=settings.analysis,
            elimination=staff_profiles,
            findings=told.findings,
            title=settings.title,
            simulated=True,
        ),
        Truth(remains.owners, missing, (*notes, *told.notes, *remains.notes), seed),
    )


def simulation_markers(frequencies: FrequencyTable, settings: Settings) -> tuple[Marker, ...]:
    """Return the markers genes are dropped with: the table's alleles, the settings' mutation."""
    father = parse_mutation(settings.mutation)
    mother = parse_mutation(settings.mutation_female or settings.mutation)
    markers = []
    for name, table in frequencies.frequencies.items():
        alleles = tuple(table)
        values = np.array(list(table.values()))
        markers.append(
            Marker(
                name,
                alleles,
                values,
                mutation_male=mutation_matrix(father, alleles, values),
                mutation_female=mutation_matrix(mother, alleles, values),
            )
        )
    return tuple(markers)


def draw_match_count(dead: int, missing: int, prior: Prior, rng: np.random.Generator) -> int:
    """Draw how many of the dead are missing persons, k in [0, min(dead, missing)].

    The probability is proportional to the number C(dead, k) C(missing, k) k! of assignments with
    k pairs times the prior weight of each.
    """
    k = np.arange(min(dead, missing) + 1)
    weights = prior_weights(prior, max(dead, 1), max(missing, 1))
    # One pair more: any of those left on both sides, in any of k orders.
    steps = np.log((dead - k[:-1]) * (missing - k[:-1]) / k[1:])
    log_weight = k * weights.log_odds[0, 0] + np.concatenate([[0.0], np.cumsum(steps)])
    if weights.log_counts is not None:
        log_weight += weights.log_counts[: len(k)]
    cumulative = np.cumsum(np.exp(log_weight - log_weight.max()))
    return int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))


def _plans(settings: SimulationSettings, rng: np.random.Generator) -> list[FamilyPlan]:
    plans = list(settings.plan)
    swapped: list[int] = []
    for _ in range(settings.families):
        shape = settings.shapes[int(rng.integers(len(settings.shapes)))]
        deviation = ""
        if rng.random() < settings.wrong_fraction:
            deviation = ("false_paternity", "adopted", "swapped")[int(rng.integers(3))]
            if deviation == "swapped":
                swapped.append(len(plans))
        plans.append(FamilyPlan(shape, deviation=deviation))
    if len(swapped) % 2:
        # A swap needs two families: the last one is adopted instead.
        plans[swapped[-1]] = FamilyPlan(plans[swapped[-1]].shape, deviation="adopted")
    return plans


def _present(
    families: Sequence[TrueFamily], settings: SimulationSettings, rng: np.random.Generator
) -> Mapping[str, bool]:
    """Decide which missing persons, by label, lie in the graves."""
    planned = {
        label: family.plan.present
        for family in families
        for label in family.missing_labels().values()
    }
    if not settings.prior:
        return {
            label: rng.random() < settings.present_fraction if fixed is None else fixed
            for label, fixed in planned.items()
        }
    count = draw_match_count(settings.persons or 0, len(planned), parse_prior(settings.prior), rng)
    chosen = set(rng.permutation(len(planned))[:count].tolist())
    return {label: i in chosen for i, label in enumerate(planned)}


def _unrelated(settings: SimulationSettings, present: int) -> int:
    """Return how many persons of no family lie in the graves."""
    if settings.persons is None:
        return settings.unrelated
    if settings.persons < present:
        raise InvalidSettingError(
            f"{present} missing persons lie in the graves, more than the {settings.persons} "
            "persons asked for; ask for more persons, fewer families or a smaller share present"
        )
    return settings.persons - present


def _extra_samples(settings: SimulationSettings, persons: int) -> int:
    """Return how many samples there are beyond one for each person."""
    if settings.remains is None:
        return settings.extra_samples
    if settings.remains < persons:
        raise InvalidSettingError(
            f"{persons} persons lie in the graves, and each leaves at least one set of remains: "
            f"{settings.remains} are too few"
        )
    return settings.remains - persons


def _strangers(
    prefix: str, count: int, markers: Sequence[Marker], rng: np.random.Generator
) -> tuple[DeadPerson, ...]:
    strangers = []
    for i in range(count):
        sex = Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
        label = f"{prefix}{i}"
        genes = drop_genes(Pedigree([Person(label, sex=sex)]), markers, rng)
        strangers.append(DeadPerson(label, sex, genes.genotypes[label]))
    return tuple(strangers)


def _dead(
    families: Sequence[TrueFamily],
    present: Mapping[str, bool],
    strangers: Sequence[DeadPerson],
    rng: np.random.Generator,
) -> tuple[tuple[DeadPerson, ...], dict[str, str]]:
    """Return the dead, labelled in random order, and the missing label -> person map."""
    bodies: list[tuple[str, DeadPerson]] = [("", stranger) for stranger in strangers]
    missing: dict[str, str] = {}
    for family in families:
        for member, label in family.missing_labels().items():
            missing[label] = NOBODY
            if present[label]:
                sex = family.stated[member].sex
                bodies.append((label, DeadPerson("", sex, family.genotypes[member])))
    dead = []
    for number, place in enumerate(rng.permutation(len(bodies)), start=1):
        label, body = bodies[place]
        person = DeadPerson(f"P{number:03d}", body.sex, body.genotypes)
        dead.append(person)
        if label:
            missing[label] = person.label
    return tuple(dead), missing
