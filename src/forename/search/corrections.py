"""Corrections of a profile store: other rows in new parts, the earlier files stay.

A part never changes (``docs/decisions/0010-a-profile-store-of-parts.md``). A correction writes the
rows that stay of each part it touches, and the corrected ones, as new parts; the list of parts then
names these, and what was corrected, when and why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from forename.exceptions import UnusableInputError
from forename.genetics.problem import Problem
from forename.search.store import (
    Correction,
    Part,
    Store,
    kept,
    open_store,
    recorded,
    rows_of,
    written,
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction changed: names of remains, ids of families, and what was withdrawn."""

    remains: tuple[str, ...]
    families: tuple[str, ...]
    withdrawn: tuple[str, ...]
    known: int


def correct_store(
    folder: Path, problem: Problem | None, withdraw: Sequence[str], reason: str, at: str
) -> tuple[Store, Corrected]:
    """Replace records of a store by those of a problem, and withdraw others, all or nothing.

    Remains are known by their name, families by their id: all missing persons of a family are
    replaced together; one that was withdrawn is put back. ``at`` is the time. Raises
    `UnusableInputError` where the store lacks a record, a name stands for both, nothing would
    change, or no reason is given.
    """
    withdraw = list(dict.fromkeys(withdraw))
    if not reason.strip():
        raise UnusableInputError("a correction needs a reason.", expected="why, in words")
    store = open_store(folder)
    remains, families = rows_of(store, store.remains), rows_of(store, store.families)
    grown, new_remains, new_families = store, remains.slice(0, 0), families.slice(0, 0)
    if problem is not None:
        found = recorded(store, problem)
        if found.unsearchable:
            raise UnusableInputError(
                f"{found.unsearchable[0]} would be left without a typed relative.",
                file=str(folder),
                expected="a typed relative, or --withdraw for the family",
            )
        grown, new_remains, new_families = found.store, found.remains, found.families
    old = {"remains": _by(remains, "name"), "families": _by(families, "family")}
    given = {"remains": _by(new_remains, "name"), "families": _by(new_families, "family")}
    for kind, rows in given.items():
        for name, records in rows.items():
            if name not in old[kind] and name not in store.withdrawn:
                raise UnusableInputError(
                    f"the store's {kind} hold no {name}.",
                    file=str(folder),
                    expected="a name that the store holds; new records come with `store add`",
                )
            if kind == "remains" and len(records) > 1:
                raise UnusableInputError(
                    f"{name} stands {len(records)} times in the corrections.",
                    expected="one record of each name",
                )
    same = {kind: {n for n, rows in own.items() if rows == old[kind].get(n)}
            for kind, own in given.items()}  # fmt: skip
    changed = {kind: [n for n in own if n not in same[kind]] for kind, own in given.items()}
    gone = {kind: {n for n in withdraw if n in old[kind]} for kind in old}
    for name in withdraw:
        places = [kind for kind in old if name in old[kind]]
        if len(places) != 1 or name in given[places[0]]:
            raise UnusableInputError(
                f"{name} cannot be withdrawn: the store holds "
                + ("no such record." if not places else "two, or it is corrected as well."),
                file=str(folder),
                expected="the name of remains or the id of a family, once",
            )
    if not any(changed.values()) and not withdraw:
        raise UnusableInputError(
            "the store holds these records already.",
            file=str(folder),
            expected="records with other data",
        )
    parts, replaced = {}, []
    for kind, column, new in (
        ("remains", "name", new_remains),
        ("families", "family", new_families),
    ):
        out = {*changed[kind], *gone[kind]}
        own: tuple[Part, ...] = getattr(store, kind)
        parts[kind], before = _without(grown, own, kind, column, out)
        parts[kind] += written(grown, kind, _chosen(new, column, changed[kind]))
        replaced += before
    correction = Correction(
        at,
        reason.strip(),
        tuple(changed["remains"]),
        tuple(changed["families"]),
        tuple(withdraw),
        tuple(replaced),
    )
    corrected = replace(
        grown,
        remains=tuple(parts["remains"]),
        families=tuple(parts["families"]),
        corrections=(*store.corrections, correction),
    )
    return kept(replace(corrected, unseen=_unseen(corrected))), Corrected(
        correction.remains,
        correction.families,
        correction.withdrawn,
        sum(len(names) for names in same.values()),
    )


def _unseen(store: Store) -> dict[str, frozenset[str]]:
    """Return the labels of each marker that no record of the store shows.

    How frequent a never-seen allele is depends on what was seen, so that what was mistyped once
    must not count.
    """
    shown = np.zeros(
        (len(store.markers), max(map(len, store.labels.values()), default=0) + 1), bool
    )
    for parts in (store.remains, store.families):
        flat = rows_of(store, parts)["alleles"].combine_chunks().flatten().to_numpy()
        codes = flat.reshape(-1, len(store.markers), 2)
        for m in range(len(store.markers)):
            shown[m, np.unique(codes[:, m])] = True  # -1, no call, is the last
    return {
        name: frozenset(label for n, label in enumerate(own) if not shown[m, n])
        for m, (name, own) in enumerate(store.labels.items())
    }


def _by(rows: pa.Table, column: str) -> dict[str, list[str]]:
    """Return the records of each name, as texts that can be compared."""
    found: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        found.setdefault(row[column], []).append(repr(row))  # repr: no rate is equal to itself
    return {name: sorted(own) for name, own in found.items()}


def _chosen(rows: pa.Table, column: str, names: Collection[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows[column], pa.array(list(names), pa.string())))


def _without(
    store: Store, parts: Sequence[Part], kind: str, column: str, names: Collection[str]
) -> tuple[list[Part], list[str]]:
    """Return parts without some records, and the files of those that held them."""
    left: list[Part] = []
    replaced: list[str] = []
    for part in parts:
        rows = rows_of(store, [part])
        inside = pc.is_in(rows[column], pa.array(list(names), pa.string()))
        if not pc.any(inside).as_py():
            left.append(part)
            continue
        replaced.append(part.file)
        left += written(store, kind, rows.filter(pc.invert(inside)))
    return left, replaced
