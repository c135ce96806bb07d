"""For every family and genotype, a bound of its LR in a byte, kept beside the store.

What a new profile needs of 100,000 families is then one row of bytes a marker
(``docs/methods/new-remains.md``). A file belongs to one part of the store, one marker and the
settings; it is made when it is first needed, and a part that is added later makes its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.exceptions import UnusableInputError
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.panel import Panel
from forename.genetics.problem import Settings
from forename.search.families import tables_of
from forename.search.job import families_at, numbers_of_labels
from forename.search.records import model_digest
from forename.search.store import Part, Store, rows_of

STEP = 16  # bytes to a factor of ten
_ONE = 128  # the byte of LR 1
_NO_BOUND = 255  # from 10^7.94 on
_TOGETHER = 256  # families

Bytes = npt.NDArray[np.uint8]

#: What a byte stands for, as an LR and as its log10.
LOG10 = np.append((np.arange(_NO_BOUND) - _ONE) / STEP, np.inf).astype(np.float32)
LR = (10.0 ** LOG10.astype(np.float64)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The bytes of all families: ``of[marker]`` has an array (genotypes, families) a part."""

    of: dict[str, tuple[Bytes, ...]]

    def rows(self, marker: str, genotype: int) -> Bytes:
        """Return what one unordered genotype of a marker is to all families, in their order."""
        parts = [part[genotype] for part in self.of[marker]]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def genotype_number(first: Any, second: Any, alleles: int) -> Any:
    """Return the number of unordered genotypes of allele numbers, 0 for (0, 0)."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    return low * alleles - low * (low - 1) // 2 + high - low


def open_bounds(
    store: Store,
    panel: Panel,
    settings: Settings,
    threads: int = 0,
    tell: Callable[[int, int], None] | None = None,
) -> Bounds:
    """Return the bounds of a store's families at autosomal markers, made where there are none.

    ``tell`` hears the families done and all, where some have to be made.
    """
    markers = [m for m in panel.markers if m.chromosome is Chromosome.AUTOSOMAL]
    missing: dict[Part, list[Marker]] = {}
    for part in store.families:
        lacking = [m for m in markers if not _file(store, part, m, settings).exists()]
        if lacking:
            missing[part] = lacking
    done, total = 0, sum(part.rows for part in missing)
    for part, lacking in missing.items():
        before = done

        def tell_part(families: int, before: int = before) -> None:
            if tell is not None:
                tell(before + families, total)

        _make(store, part, lacking, settings, threads or os.cpu_count() or 1, tell_part)
        done += part.rows
    return Bounds(
        {
            m.name: tuple(_mapped(_file(store, part, m, settings), part) for part in store.families)
            for m in markers
        }
    )


def _mapped(file: Path, part: Part) -> Bytes:
    try:
        found: Bytes = np.load(file, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise _damaged(file) from error
    if found.ndim != 2 or found.shape[1] != part.rows or found.dtype != np.uint8:
        raise _damaged(file)
    return found


def _damaged(file: Path) -> UnusableInputError:
    return UnusableInputError(
        "this file of bounds is damaged.",
        file=str(file),
        expected="what the search wrote; remove the file, and it is made again",
    )


def _file(store: Store, part: Part, marker: Marker, settings: Settings) -> Path:
    """Return where the bytes of a part and marker are; everything they rest on names the file."""
    known = hashlib.sha256((part.sha256 + model_digest(settings, [marker])).encode())
    name = "".join(letter if letter.isalnum() else "-" for letter in marker.name)
    folder = store.folder / "bounds" / part.sha256[:16]
    return folder / f"{name}-{known.hexdigest()[:16]}.npy"


def _make(
    store: Store,
    part: Part,
    markers: Sequence[Marker],
    settings: Settings,
    threads: int,
    tell: Callable[[int], None],
) -> None:
    rows = rows_of(store, [part])
    shapes = rows["shape"].to_numpy()
    files = [_file(store, part, marker, settings) for marker in markers]
    files[0].parent.mkdir(parents=True, exist_ok=True)
    made: list[Bytes] = []
    for file, marker in zip(files, markers, strict=True):
        count = len(marker.alleles) * (len(marker.alleles) + 1) // 2
        made.append(
            np.lib.format.open_memmap(file.with_suffix(".part"), "w+", np.uint8, (count, part.rows))
        )
    numbers = tuple(numbers_of_labels(store, marker) for marker in markers)

    def one(run: tuple[int, int]) -> int:
        begin, end = run
        own_rows = rows.slice(begin, end - begin)
        families = families_at(store, own_rows, markers, numbers, settings)
        for places, tables, logs in tables_of(families, markers, range(len(markers))):
            for m, table, own in zip(places, tables, np.isfinite(logs).T, strict=True):
                write_bounds(
                    np.ascontiguousarray(table.reshape(len(table), -1)),
                    np.ascontiguousarray(own),
                    markers[m].frequencies,
                    made[m][:, begin:end],
                )
        return end - begin

    done = 0
    with ThreadPoolExecutor(threads) as pool:
        for count in pool.map(one, _runs(shapes)):
            done += count
            tell(done)
    for file, bytes_made in zip(files, made, strict=True):
        bytes_made.flush()  # type: ignore[attr-defined]
        file.with_suffix(".part").replace(file)


def _runs(shapes: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Return stretches of families of one shape, some at a time; a part is sorted by shape."""
    borders = np.flatnonzero(np.diff(shapes)) + 1
    runs = []
    for begin, end in zip([0, *borders], [*borders, len(shapes)], strict=True):
        runs += [(b, min(end, b + _TOGETHER)) for b in range(begin, end, _TOGETHER)]
    return [(int(begin), int(end)) for begin, end in runs]


@compiled
def write_bounds(tables: Any, sound: Any, p: Any, out: Any) -> None:
    """Write the bytes of one marker: ``out`` (genotypes, families) from tables (families, cells).

    A byte b says that T(g) / P(g) is at most 10^((b - 128) / 16), 255 that nothing is known; a
    family that is not ``sound`` says LR 1.
    """
    size = len(p)
    for f in range(len(tables)):
        genotype = 0
        for a in range(size):
            for b in range(a, size):
                byte = _ONE
                if sound[f]:
                    joint, expected = tables[f, a * size + b], p[a] * p[b]
                    if a != b:
                        joint += tables[f, b * size + a]
                        expected *= 2.0
                    byte = 0
                    if joint > 0.0:
                        steps = np.ceil(STEP * np.log10(joint / expected)) + _ONE
                        byte = int(min(max(steps, 0.0), float(_NO_BOUND)))
                out[genotype, f] = byte
                genotype += 1


def most(weights: Array) -> float:
    """Return the log10 LR that no family can exceed for a call of these entries' weights."""
    return float(np.log10(max(1.0, weights.max(initial=1.0))))
