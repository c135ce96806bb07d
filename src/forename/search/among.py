"""Samples among each other: one person twice, parent and child, full siblings.

A sample of a store stands for a family of one: it is the missing person, a parent, or a full
sibling of theirs. So all samples are searched among these as remains are searched among families,
with the same tables and the same refusals (``docs/methods/samples-among-each-other.md``).
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
import pyarrow as pa

from forename.genetics.markers import Chromosome
from forename.genetics.panel import Panel
from forename.genetics.pedigrees import Person
from forename.genetics.profiles import Sex
from forename.search.columns import SEXES
from forename.search.families import Shape
from forename.search.store import Store

REMAINS, RELATIVES = "remains", "relatives"  # whose samples are searched
MISSING = "missing"  # missing persons, reported by two families


class Relation(StrEnum):
    """What a sample's person is to the other's."""

    SAME = "same person"
    PARENT = "parent of"
    SIBLING = "full sibling"


RELATIONS = tuple(Relation)


def relation_shapes() -> tuple[Shape, ...]:
    """Return the shape of each relation, and in it of each sex of the sample."""
    return tuple(_shape(relation, sex) for relation in RELATIONS for sex in SEXES)


def _shape(relation: Relation, sex: Sex) -> Shape:
    if relation is Relation.SAME:
        return Shape((Person("person", sex=sex),), "person", ("person",))
    father, mother = Person("father", sex=Sex.MALE), Person("mother", sex=Sex.FEMALE)
    child = Person("child", "father", "mother", Sex.UNKNOWN)
    if relation is Relation.PARENT:
        typed = "mother" if sex is Sex.FEMALE else "father"
        return Shape((father, mother, child), "child", (typed,))
    sibling = Person("sibling", "father", "mother", sex)
    return Shape((father, mother, child, sibling), "child", ("sibling",))


def samples_of(store: Store, families: pa.Table) -> pa.Table:
    """Return every relative's sample as a row of its own, once a family."""
    counts = np.diff(families["samples"].combine_chunks().offsets.to_numpy())
    owner = np.repeat(np.arange(len(families)), counts)
    shapes = families["shape"].to_numpy()
    sexes = [
        SEXES.index(store.shapes[shape].pedigree[member].sex)
        for shape in shapes
        for member in store.shapes[shape].typed
    ]
    flat = {name: families[name].combine_chunks().flatten() for name in _LISTS}
    names = families["samples"].combine_chunks().flatten()

    def lists(name: str) -> pa.Array:
        each = len(flat[name]) // max(1, len(owner))
        offsets = np.arange(len(owner) + 1, dtype=np.int64) * each
        return pa.LargeListArray.from_arrays(pa.array(offsets), flat[name])

    one = pa.array(np.arange(len(owner) + 1, dtype=np.int32))
    rows = pa.table(
        {
            "name": names,
            "family": families["family"].combine_chunks().take(pa.array(owner)),
            "shape": pa.array(np.zeros(len(owner)), pa.int32()),
            "sex": pa.array(sexes, pa.int8()),
            "samples": pa.ListArray.from_arrays(one, names),
            **{name: lists(name) for name in _LISTS},
        }
    )
    # A family of two missing persons stands in the store twice, with the same samples.
    keys = rows.select(["family", "name"]).append_column("row", pa.array(np.arange(len(rows))))
    first = keys.group_by(["family", "name"]).aggregate([("row", "min")])["row_min"].to_numpy()
    return rows.take(pa.array(np.sort(first)))


_LISTS = ("alleles", "partial", "rates")


def as_families(store: Store, rows: pa.Table, panel: Panel) -> tuple[Store, pa.Table]:
    """Return samples as families of one, a row for each relation, and a store with their shapes.

    On X a parent or sibling whose sex is not known says nothing.
    """
    first = len(store.shapes)
    grown = replace(store, shapes=(*store.shapes, *relation_shapes()))
    sexes = rows["sex"].to_numpy()
    linked = np.array([_is_linked(name, panel) for name in store.markers])
    flat = rows["alleles"].combine_chunks().flatten().to_numpy().copy()
    flat = flat.reshape(len(rows), len(linked), 2)
    flat[np.outer(sexes == SEXES.index(Sex.UNKNOWN), linked)] = -1
    offsets = pa.array(np.arange(len(rows) + 1, dtype=np.int64) * 2 * len(linked))
    blanked = pa.LargeListArray.from_arrays(offsets, pa.array(flat.ravel()))
    parts = []
    for number, relation in enumerate(RELATIONS):
        shapes = pa.array(first + number * len(SEXES) + sexes.astype(np.int32), pa.int32())
        part = rows.set_column(rows.schema.get_field_index("shape"), "shape", shapes)
        if relation is not Relation.SAME:
            part = part.set_column(part.schema.get_field_index("alleles"), "alleles", blanked)
        parts.append(part)
    return grown, pa.concat_tables(parts).combine_chunks()


def _is_linked(name: str, panel: Panel) -> bool:
    return any(m.name == name and m.chromosome is Chromosome.X for m in panel.markers)
