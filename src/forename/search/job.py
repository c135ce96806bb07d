"""One search made ready: markers, the remains as codes, the families in order, cut into blocks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from forename.exceptions import UnusableInputError
from forename.genetics.encoding import IntArray
from forename.genetics.findings import Finding
from forename.genetics.markers import Array, Marker
from forename.genetics.panel import Panel, build_panel
from forename.genetics.problem import Settings
from forename.genetics.profiles import Call, Profile
from forename.search.among import MISSING, REMAINS, as_families, samples_of
from forename.search.classes import Classes, aligned, classes_of
from forename.search.columns import Columns, Samples, columns_of
from forename.search.families import Families, FamilyRatios
from forename.search.instructions import Instructions, best_instructions
from forename.search.missing_twice import Reports, Side, Told, sides_of, whole_of
from forename.search.screen import find_pairs, write_costs, write_logs
from forename.search.store import Store, check_parts, rows_of, seen_profile

_TOGETHER = 256  # families whose tables and ratios are in memory at a time
_KEPT = 1 << 29  # bytes of tables that a block of missing persons keeps for later shapes
_LOOKED_AT = 64  # families that decide how columns are gathered


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search reports: every pair at or above ``log10_lr``, and the ``best`` of each side.

    The best are looked for among pairs at or above ``best_log10_lr``. ``among`` is
    "remains" or "relatives" where their samples are searched among each other, "missing" where
    missing persons of different families are compared, "" for remains among families. Of these,
    ``every_pair`` compares those too that have to be weighed one by one.
    """

    log10_lr: float = 4.0
    best: int = 3
    best_log10_lr: float = 0.0
    among: str = ""
    every_pair: bool = False

    @property
    def level(self) -> float:
        """The log10 LR below which no pair is of interest."""
        return min(self.log10_lr, self.best_log10_lr) if self.best else self.log10_lr


@dataclass(frozen=True, slots=True)
class Block:
    """Families from ``begin`` to ``end`` of a search's order, against all remains."""

    number: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of a family's place in the order and a remains' row, sorted by both."""

    family: npt.NDArray[np.int32]
    remains: npt.NDArray[np.int32]
    log10_lr: Array

    def chosen(self, which: npt.NDArray[np.bool_] | IntArray) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.family[which], self.remains[which], self.log10_lr[which])


def joined(several: Sequence[Pairs]) -> Pairs:
    """Return all pairs of several, one after the other."""
    return Pairs(
        np.concatenate([pairs.family for pairs in several]),
        np.concatenate([pairs.remains for pairs in several]),
        np.concatenate([pairs.log10_lr for pairs in several]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Everything that blocks have in common. ``order`` are the families' rows by shape."""

    wanted: Wanted
    markers: tuple[Marker, ...]
    findings: tuple[Finding, ...]
    remains: pa.Table
    families: pa.Table
    order: IntArray
    shapes: IntArray
    store: Store
    alleles: tuple[npt.NDArray[np.int16], ...]
    settings: Settings
    columns: Columns
    classes: Classes
    ratios: FamilyRatios
    instructions: Instructions
    digest: str

    @property
    def rates(self) -> tuple[float, float]:
        """Drop-out and drop-in of samples that state none."""
        return self.settings.drop_out, self.settings.drop_in

    def runs(self, block: Block) -> Iterator[tuple[int, Families]]:
        """Yield the block's families by shape, some at a time, with the place of the first."""
        begin = block.begin
        while begin < block.end:
            end = begin + 1
            while end < min(block.end, begin + _TOGETHER) and (
                self.shapes[end] == self.shapes[begin]
            ):
                end += 1
            rows = self.families.take(pa.array(self.order[begin:end]))
            yield (
                begin,
                families_at(self.store, rows, self.markers, self.alleles, self.settings),
            )
            begin = end


def prepare(
    store: Store,
    settings: Settings,
    wanted: Wanted,
    instructions: Instructions | None = None,
) -> Job:
    """Return the search of a store's remains among its families.

    Raises `UnusableInputError` where the store has no remains or no families to search, and where
    a part is not what it was when it was added.
    """
    return _searchable(gathered(store, settings, wanted, instructions))


def gathered(
    store: Store,
    settings: Settings,
    wanted: Wanted,
    instructions: Instructions | None = None,
    unseen: Sequence[str] = (),
) -> Job:
    """Return a search that is not cut into classes yet, for questions about families alone.

    ``unseen`` are markers of the frequency table to take in although nobody in the store shows
    them. Raises `UnusableInputError` where a part is not what it was when it was added.
    """
    check_parts(store)
    table_of = store.frequencies.frequencies
    others = {name: Call((max(table_of[name], key=table_of[name].__getitem__),)) for name in unseen}
    panel = build_panel(store.frequencies, [seen_profile(store), Profile("", others)], settings)
    remains, families = rows_of(store, store.remains), rows_of(store, store.families)
    if wanted.among == MISSING:
        return _job(store, remains.slice(0, 0), families, panel, settings, wanted, instructions)
    if wanted.among:
        rows = remains if wanted.among == REMAINS else samples_of(store, families)
        grown, families = as_families(store, rows, panel)
        return _job(grown, rows, families, panel, settings, wanted, instructions)
    return _job(store, remains, families, panel, settings, wanted, instructions)


def search_of(
    store: Store,
    remains: pa.Table,
    families: pa.Table,
    panel: Panel,
    settings: Settings,
    wanted: Wanted,
) -> Job:
    """Return the search of some remains among families, as a store holds both."""
    return _searchable(_job(store, remains, families, panel, settings, wanted, None))


def _job(
    store: Store,
    remains: pa.Table,
    families: pa.Table,
    panel: Panel,
    settings: Settings,
    wanted: Wanted,
    instructions: Instructions | None,
) -> Job:
    alleles = tuple(numbers_of_labels(store, marker) for marker in panel.markers)
    rates = (settings.drop_out, settings.drop_in)
    samples = samples_at(store, remains, panel.markers, alleles, rates)
    columns = columns_of(samples, panel.markers)
    shape = families["shape"].to_numpy()
    order = np.argsort(shape, kind="stable")
    how = instructions or best_instructions()
    said = json.dumps([store.digest, asdict(settings), asdict(wanted)], sort_keys=True)
    return Job(
        wanted,
        panel.markers,
        panel.findings,
        remains,
        families,
        order,
        shape[order],
        store,
        alleles,
        settings,
        columns,
        Classes(np.zeros(0, np.int64), aligned((0, 0, 0))),
        FamilyRatios(columns, panel.markers),
        how,
        hashlib.sha256(said.encode()).hexdigest(),
    )


def _searchable(job: Job) -> Job:
    """Return a search cut into classes; raise `UnusableInputError` where one side is empty."""
    apart = job.wanted.among == MISSING  # families alone
    for table, what in ((job.remains, job.wanted.among or "remains"), (job.families, "families")):
        if not table.num_rows and not (apart and table is job.remains):
            raise UnusableInputError(
                f"the store has no {what}.",
                file=str(job.store.folder),
                expected="remains, or families with typed relatives; "
                "add some with `forename store add`",
            )
    if apart:
        return job
    places = np.unique(np.linspace(0, len(job.order) - 1, _LOOKED_AT).astype(np.int64))
    some = replace(job, order=job.order[places], shapes=job.shapes[places])
    runs = some.runs(Block(0, 0, len(places)))
    ratios = np.concatenate([job.ratios.of(families) for _, families in runs])
    logs = np.empty(ratios.shape, np.float32)
    write_logs(ratios, logs)
    return replace(job, classes=classes_of(job.columns, job.instructions, logs))


def search_of_persons(job: Job, columns: Columns) -> Job:
    """Return a search of persons, whose ``columns`` stand in place of those of single samples."""
    return _searchable(replace(job, columns=columns, ratios=FamilyRatios(columns, job.markers)))


def blocks_of(job: Job, size: int) -> list[Block]:
    """Return the blocks of a search, ``size`` families each."""
    total = len(job.order)
    return [
        Block(number, begin, min(total, begin + size))
        for number, begin in enumerate(range(0, total, size))
    ]


def search_block(job: Job, block: Block) -> Pairs:
    """Return the pairs of a block that a search may report, sorted by family and remains.

    They are all pairs at or above the wanted LR, the best of each family, and the best that the
    block has for each remains.
    """
    if job.wanted.among == MISSING:
        return _reported_twice(job, block)
    found, values = [np.zeros((0, 2), np.int64)], [np.zeros(0)]
    columns = job.columns
    begins = columns.bounds[:-1] + (columns.shown[columns.bounds[:-1]] == 0)
    for begin, families in job.runs(block):
        ratios = job.ratios.of(families)
        logs = np.empty(ratios.shape, np.float32)
        write_logs(ratios, logs)
        costs = aligned((len(families), len(job.markers), job.instructions.classes))
        level = job.wanted.level
        reach = write_costs(logs, begins, columns.bounds[1:], job.classes.of, level, costs)
        pairs, lrs, _ = find_pairs(
            job.instructions,
            job.classes.tiles,
            costs,
            reach,
            ratios,
            columns.bounds,
            columns.of,
            level,
        )
        found.append(pairs + np.array([begin, 0]))
        values.append(lrs)
    pairs, lrs = np.concatenate(found), np.concatenate(values)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    every = Pairs(pairs[order, 0].astype(np.int32), pairs[order, 1].astype(np.int32), lrs[order])
    return every.chosen(reported(every, job.wanted))


def _reported_twice(job: Job, block: Block) -> Pairs:
    """Return pairs of a block's missing persons and others that may be one, each pair once.

    The second of a pair is a row of the store, like a remains of other searches.
    """
    reports = Reports(job.markers)
    family = job.families["family"].combine_chunks().dictionary_encode().indices.to_numpy()
    own = list(job.runs(block))
    said: dict[tuple[int, Side], Told] = {}  # by families of the block
    found = [Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))]
    for begin, others in job.runs(Block(0, 0, len(job.order))):
        columns = job.order[begin : begin + len(others)]
        told: dict[Side, Told] = {}  # by the others
        sides = {first: sides_of(one.shape, others.shape) for first, one in own}
        if sum(each.nbytes for each in said.values()) > _KEPT:
            # Families are in the order of their shapes: what this one does not ask may wait.
            still = {(first, both[0]) for first, both in sides.items() if both}
            said = {key: each for key, each in said.items() if key in still}
        for first, one in own:
            both = sides[first]
            rows = job.order[first : first + len(one)]
            asked = family[rows][:, None] != family[columns]
            if both is None or sides_of(others.shape, one.shape):  # each pair once
                asked &= rows[:, None] < columns
            if both:
                here, there = both
                if (first, here) not in said:
                    said[first, here] = reports.of(one, here)
                if there not in told:
                    told[there] = reports.likelihoods(others, there)
                lrs = reports.log10_lrs(said[first, here], told[there])
                f, r = np.nonzero(asked & (lrs >= job.wanted.log10_lr))
                high = lrs[f, r]
            elif job.wanted.every_pair and not sides_of(others.shape, one.shape):
                f, r, high = _weighed(job, reports, one, others, asked)
            else:
                continue
            found.append(Pairs((first + f).astype(np.int32), columns[r].astype(np.int32), high))
    every = joined(found)
    return every.chosen(np.lexsort((every.remains, every.family)))


def _weighed(
    job: Job,
    reports: Reports,
    one: Families,
    others: Families,
    asked: npt.NDArray[np.bool_],
) -> tuple[IntArray, IntArray, Array]:
    """Return the pairs asked about that are wanted, and their log10 LRs, each as one pedigree."""
    f, r = np.nonzero(asked)
    whole = whole_of(one.shape, others.shape)
    if whole is None or not len(f):
        return f[:0], r[:0], np.zeros(0)
    lrs = np.concatenate(
        [
            reports.weighed(whole, one, others, (f[n : n + _TOGETHER], r[n : n + _TOGETHER]))
            for n in range(0, len(f), _TOGETHER)
        ]
    )
    high = lrs >= job.wanted.log10_lr
    return f[high], r[high], lrs[high]


def reported(pairs: Pairs, wanted: Wanted) -> npt.NDArray[np.bool_]:
    """Tell which pairs are above the wanted LR or among the best of a family or remains."""
    above = pairs.log10_lr >= wanted.log10_lr
    if not wanted.best:
        return above
    return (
        above
        | (rank_within(pairs.family, pairs.remains, pairs.log10_lr) < wanted.best)
        | (rank_within(pairs.remains, pairs.family, pairs.log10_lr) < wanted.best)
    )


def rank_within(
    group: npt.NDArray[np.int32], other: npt.NDArray[np.int32], log10_lr: Array
) -> IntArray:
    """Return each pair's rank in its group: by LR, the greatest first, then by the other side."""
    order = np.lexsort((other, -log10_lr, group))
    sorted_groups = group[order]
    first = np.concatenate([[True], sorted_groups[1:] != sorted_groups[:-1]])[: len(order)]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - begin
    return rank


def numbers_of_labels(store: Store, marker: Marker) -> npt.NDArray[np.int16]:
    """Return the marker's allele number of each label of the store; the last is no call."""
    known = {label: n for n, label in enumerate(marker.alleles)}
    labels = store.labels[marker.name]
    silent = marker.silent_allele
    return np.array([-1 if s == silent else known.get(s, -1) for s in labels] + [-1], np.int16)


def samples_at(
    store: Store,
    rows: pa.Table,
    markers: Sequence[Marker],
    alleles: Sequence[npt.NDArray[np.int16]],
    rates: tuple[float, float],
) -> Samples:
    """Return the samples of some rows of a store, in the order of the rows.

    ``alleles`` are the `numbers_of_labels` of each marker, ``rates`` drop-out and drop-in of
    samples that state none.
    """
    width = len(store.markers)
    places = [store.markers.index(marker.name) for marker in markers]
    codes = _values(rows, "alleles").reshape(-1, width, 2)
    partial = _values(rows, "partial").reshape(-1, width)
    stated = _values(rows, "rates").reshape(-1, 2)
    numbers = np.empty((len(codes), len(markers), 2), np.int16)
    for m, (place, of) in enumerate(zip(places, alleles, strict=True)):
        first, second = of[codes[:, place, 0]], of[codes[:, place, 1]]
        low = np.minimum(first, second)
        numbers[:, m, 0] = low
        numbers[:, m, 1] = np.where(low < 0, -1, np.maximum(first, second))
    sexes = np.repeat(
        rows["sex"].to_numpy(), np.diff(rows["samples"].combine_chunks().offsets.to_numpy())
    )
    return Samples(
        numbers,
        partial[:, places].astype(np.bool_),
        np.where(np.isnan(stated), np.array(rates), stated),
        sexes.astype(np.int8),
    )


def _values(rows: pa.Table, name: str) -> npt.NDArray[np.generic]:
    column = rows[name].combine_chunks()
    values: npt.NDArray[np.generic] = column.flatten().to_numpy(zero_copy_only=False)
    return values


def families_at(
    store: Store,
    rows: pa.Table,
    markers: Sequence[Marker],
    alleles: Sequence[npt.NDArray[np.int16]],
    settings: Settings,
) -> Families:
    """Return rows of a store as families, all of the shape of the first.

    ``alleles`` are the `numbers_of_labels` of each marker.
    """
    rates = (settings.drop_out, settings.drop_in)
    samples = samples_at(store, rows, markers, alleles, rates)
    return Families(store.shapes[rows["shape"][0].as_py()], samples)
