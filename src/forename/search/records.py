"""What an answer rests on, as digests: the records of a store, and the model they are read with."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from forename.genetics.markers import Marker
from forename.genetics.problem import Settings
from forename.search.store import Store, rows_of

#: Digests by kind of record, "sample" or "family", and its name.
Records = Mapping[tuple[str, str], str]


def records_of(store: Store) -> Records:
    """Return a digest of every sample and every family, the same in whatever store they are."""
    found: dict[tuple[str, str], str] = {}
    for kind, column, parts in (
        ("sample", "name", store.remains),
        ("family", "family", store.families),
    ):
        texts: dict[str, list[str]] = defaultdict(list)
        rows = rows_of(store, parts)
        shapes = [repr(shape) if kind == "family" else "" for shape in store.shapes]
        for row, alleles in zip(rows.to_pylist(), _labels(store, rows), strict=True):
            shape = shapes[row["shape"]] if kind == "family" else ""
            content = {**row, "alleles": alleles, "shape": shape}
            texts[row[column]].append(repr(content))
        for name, own in texts.items():
            found[kind, name] = hashlib.sha256("\n".join(sorted(own)).encode()).hexdigest()
    return found


def _labels(store: Store, rows: pa.Table) -> Iterable[list[str]]:
    """Yield each row's alleles by their labels: what codes stand for is the store's own matter."""
    labels = [(*store.labels[marker], "") for marker in store.markers]  # "" for the code -1
    codes = rows["alleles"].combine_chunks()
    flat = codes.flatten().to_numpy().reshape(-1, len(labels), 2)
    shown = np.empty(flat.shape, object)
    for m, own in enumerate(labels):
        shown[:, m] = np.array(own, object)[flat[:, m]]
    ends = (codes.offsets.to_numpy() - codes.offsets[0].as_py()) // max(1, 2 * len(labels))
    for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        yield shown[begin:end].tolist()


def model_digest(settings: Settings, markers: Iterable[Marker]) -> str:
    """Return a digest of everything but records that an LR depends on."""
    known = hashlib.sha256(json.dumps(asdict(settings), sort_keys=True).encode())
    for marker in markers:
        named: list[Any] = [marker.name, marker.alleles, marker.silent_allele]
        known.update(json.dumps(named).encode())
        known.update(marker.frequencies.tobytes())
        for matrix in (marker.mutation_male, marker.mutation_female):
            known.update(b"none" if matrix is None else matrix.tobytes())
    return known.hexdigest()
