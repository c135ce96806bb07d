"""Simulated families: their true descent, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forename.exceptions import InvalidSettingError
from forename.genetics.family_shapes import (
    REGISTERED_APART,
    SHAPES,
    FamilyShape,
    draw_pedigree,
    kinship_word,
)
from forename.genetics.findings import Finding
from forename.genetics.gene_dropping import Genotypes, MutationEvent, drop_genes
from forename.genetics.kinship import family_from_relatives
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, Relative
from forename.genetics.profiles import Profile, Sex
from forename.genetics.simulation_settings import FamilyPlan
from forename.genetics.truth import TruthNote

_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class TrueFamily:
    """A family as it is: stated and true pedigree, and everybody's genotypes.

    ``stated`` is the pedigree the family tells, ``genotypes`` come from the true one.
    ``relatives`` maps a typed member to the label of the sample, in the order they are listed;
    ``ids`` are the family's registered ids, one per missing person when ``plan`` says
    ``registered_apart``, otherwise one.
    """

    ids: tuple[str, ...]
    plan: FamilyPlan
    shape: FamilyShape
    stated: Pedigree
    genotypes: Mapping[str, Genotypes]
    relatives: tuple[tuple[str, str], ...]
    notes: tuple[TruthNote, ...]

    def missing_labels(self) -> dict[str, str]:
        """Return the label of every missing member as results use it."""
        if len(self.ids) > 1:
            return dict(zip(self.shape.missing, self.ids, strict=True))
        if len(self.shape.missing) == 1:
            return {self.shape.missing[0]: self.ids[0]}
        return {member: f"{self.ids[0]}:{member}" for member in self.shape.missing}


Typist = Callable[[str, Genotypes, Sex], Profile]


def make_families(
    plans: Sequence[FamilyPlan], markers: Sequence[Marker], rng: np.random.Generator
) -> tuple[TrueFamily, ...]:
    """Draw all families: labels ``F001`` and ``R0001`` count up in the order of the plans."""
    families = []
    next_family = next_relative = 1
    for plan in plans:
        shape = REGISTERED_APART if plan.deviation == "registered_apart" else SHAPES[plan.shape]
        ids = len(shape.missing) if shape is REGISTERED_APART else 1
        family_ids = tuple(f"F{next_family + i:03d}" for i in range(ids))
        relatives = tuple(
            (member, f"R{next_relative + i:04d}")
            for i, member in enumerate(tuple(shape.typed) * ids)
        )
        next_family += ids
        next_relative += len(relatives)
        families.append(_draw_family((plan, shape), (family_ids, relatives), markers, rng))
    return tuple(families)


@dataclass(frozen=True, slots=True)
class StatedFamilies:
    """The families as they are told, what had to be assumed, and the notes on swapped samples."""

    families: tuple[Family, ...]
    findings: tuple[Finding, ...]
    notes: tuple[TruthNote, ...]


def state_families(families: Sequence[TrueFamily], typist: Typist) -> StatedFamilies:
    """Return the families as they are told.

    ``typist`` turns a label, genotypes and the sex into a profile.
    """
    donors, notes = _swap_samples(families)
    stated = []
    findings: list[Finding] = []
    for family in families:
        profiles = []
        for member, label in family.relatives:
            owner, source = donors.get(label, (family, member))
            profiles.append(typist(label, owner.genotypes[source], owner.stated[source].sex))
        share = len(family.relatives) // len(family.ids)
        for number, family_id in enumerate(family.ids):
            part = slice(number * share, (number + 1) * share)
            told, assumed = _state(family, family_id, family.relatives[part], profiles[part])
            stated.append(told)
            findings.extend(assumed)
    return StatedFamilies(tuple(stated), tuple(findings), notes)


def _draw_family(
    kind: tuple[FamilyPlan, FamilyShape],
    labels: tuple[tuple[str, ...], tuple[tuple[str, str], ...]],
    markers: Sequence[Marker],
    rng: np.random.Generator,
) -> TrueFamily:
    plan, shape = kind
    ids, relatives = labels
    stated = draw_pedigree(shape, rng)
    notes: list[TruthNote] = []
    true = stated
    if plan.deviation in ("false_paternity", "adopted"):
        child = _misstated_child(shape, stated)
        label = dict(relatives).get(child, ids[0])
        true = _with_other_parents(stated, child, plan.deviation)
        said = "is no child of the stated parents"
        if plan.deviation == "false_paternity":
            said = "has another father than stated"
        notes.append(
            TruthNote(plan.deviation, (ids[0], label), f"{label} of family {ids[0]} {said}")
        )
    if plan.deviation == "mutation":
        genotypes, event = _drop_with_mutation(shape, true, markers, rng)
        names = dict(relatives)
        notes.append(
            TruthNote(
                "mutation",
                (ids[0], *(label for member, label in relatives if member in _ends(event))),
                f"{event.marker}: {event.parent_allele} was handed down as {event.child_allele} "
                f"from {names.get(event.parent, 'the missing person')} to "
                f"{names.get(event.child, 'the missing person')} in family {ids[0]}",
            )
        )
    else:
        genotypes = drop_genes(true, markers, rng).genotypes
    if plan.deviation == "registered_apart":
        notes.append(
            TruthNote(
                "registered_apart",
                (*ids, *(label for _, label in relatives)),
                f"families {' and '.join(ids)} are one family with two missing siblings",
            )
        )
    return TrueFamily(ids, plan, shape, stated, genotypes, relatives, tuple(notes))


def _ends(event: MutationEvent) -> tuple[str, str]:
    return event.parent, event.child


def _misstated_child(shape: FamilyShape, pedigree: Pedigree) -> str:
    """Choose who is not what they are said to be: a typed sibling or child, else the missing."""
    for role in ("sibling", "child"):
        for member, stated_role in shape.typed.items():
            if stated_role == role:
                return member
    for member in (*shape.typed, *shape.missing):
        if not pedigree.is_founder(member):
            return member
    raise InvalidSettingError("this family shape has nobody whose descent could be misstated")


def _with_other_parents(pedigree: Pedigree, child: str, deviation: str) -> Pedigree:
    person = pedigree[child]
    strangers = [Person("X1", sex=Sex.MALE)]
    mother = person.mother
    if deviation == "adopted":
        strangers.append(Person("X2", sex=Sex.FEMALE))
        mother = "X2"
    changed = replace(person, father="X1", mother=mother)
    kept = [changed if p.id == child else p for p in pedigree.persons.values()]
    return Pedigree([*kept, *strangers])


def _drop_with_mutation(
    shape: FamilyShape, pedigree: Pedigree, markers: Sequence[Marker], rng: np.random.Generator
) -> tuple[Mapping[str, Genotypes], MutationEvent]:
    """Drop genes, then move one allele between the missing person and a typed relative.

    The child's allele moves to a neighbour on the ladder so that parent and child share none.
    The changed child has no typed descendants in any shape that is accepted here.
    """
    missing = shape.missing[0]
    parents = [m for m in (pedigree[missing].father, pedigree[missing].mother) if m in shape.typed]
    children = [m for m in pedigree.children(missing) if m in shape.typed]
    if parents and not children:
        parent, child = str(parents[0]), missing
    elif children:
        parent, child = missing, children[0]
    else:
        raise InvalidSettingError(
            "a visible mutation needs a family whose missing person has a typed parent or child"
        )
    place = 0 if pedigree[child].father == parent else 1
    for _ in range(_ATTEMPTS):
        genotypes = drop_genes(pedigree, markers, rng).genotypes
        for row in rng.permutation(len(markers)):
            marker = markers[row]
            old = int(genotypes[child][row, place])
            for new in (old - 1, old + 1):
                kept = int(genotypes[child][row, 1 - place])
                taken = set(genotypes[parent][row].tolist())
                one_step = 0 <= new < len(marker.alleles) and _one_step(marker, old, new)
                if old in taken and one_step and not taken & {new, kept}:
                    genotypes[child][row, place] = new
                    return genotypes, MutationEvent(
                        marker.name, parent, child, marker.alleles[old], marker.alleles[new]
                    )
    raise InvalidSettingError("no marker of this panel can show a one-step mutation")


def _one_step(marker: Marker, old: int, new: int) -> bool:
    return abs(abs(float(marker.alleles[old]) - float(marker.alleles[new])) - 1) < 1e-9


def _swap_samples(
    families: Sequence[TrueFamily],
) -> tuple[dict[str, tuple[TrueFamily, str]], tuple[TruthNote, ...]]:
    swapped = [family for family in families if family.plan.deviation == "swapped"]
    if len(swapped) % 2:
        raise InvalidSettingError("samples are swapped between two families; plan an even number")
    donors: dict[str, tuple[TrueFamily, str]] = {}
    notes = []
    for first, second in zip(swapped[::2], swapped[1::2], strict=True):
        (member_a, label_a), (member_b, label_b) = first.relatives[0], second.relatives[0]
        for pair in _same_sex_pairs(first, second):
            (member_a, label_a), (member_b, label_b) = pair
            break
        donors[label_a] = (second, member_b)
        donors[label_b] = (first, member_a)
        notes.append(
            TruthNote(
                "swapped",
                (first.ids[0], second.ids[0], label_a, label_b),
                f"the samples {label_a} and {label_b} were exchanged",
            )
        )
    return donors, tuple(notes)


def _same_sex_pairs(
    first: TrueFamily, second: TrueFamily
) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    return [
        (a, b)
        for a in first.relatives
        for b in second.relatives
        if first.stated[a[0]].sex == second.stated[b[0]].sex
    ]


def _state(
    family: TrueFamily,
    family_id: str,
    relatives: Sequence[tuple[str, str]],
    profiles: Sequence[Profile],
) -> tuple[Family, tuple[Finding, ...]]:
    if not family.shape.explicit:
        told = [
            Relative(
                family_id,
                kinship_word(family.shape.typed[member], family.stated[member].sex),
                profile,
            )
            for (member, _), profile in zip(relatives, profiles, strict=True)
        ]
        return family_from_relatives(family_id, told)
    names = dict(relatives)
    persons = [
        replace(
            person,
            id=names.get(person.id, person.id),
            father=None if person.father is None else names.get(person.father, person.father),
            mother=None if person.mother is None else names.get(person.mother, person.mother),
        )
        for person in family.stated.persons.values()
    ]
    stated = Family(
        id=family_id,
        pedigree=Pedigree(persons),
        missing=family.shape.missing,
        profiles={profile.sample: (profile,) for profile in profiles},
    )
    return stated, ()
