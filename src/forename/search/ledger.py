"""The folder of a search: its blocks as they end, a ledger of them, and the results.

A block is written under a temporary name, renamed, and then entered into the ledger with its
digest; so whatever stops a search, at most the blocks in work are lost. Results are made of all
blocks at the end and do not depend on how many there were (``docs/guides/search.md``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from forename.exceptions import UnusableInputError
from forename.search.job import Block, Pairs
from forename.written_whole import write_whole

_LEDGER, _SEARCH, _BLOCKS = "ledger.jsonl", "search.json", "blocks"


@dataclass(frozen=True, slots=True)
class Done:
    """A finished block as the ledger has it."""

    block: int
    pairs: int
    sha256: str


class Ledger:
    """The finished blocks of one search in one folder."""

    def __init__(self, folder: Path, digest: str, size: int, *, resume: bool) -> None:
        self.folder = folder
        self.done: dict[int, Done] = {}
        told = {"search": digest, "families_a_block": size}
        path = folder / _SEARCH
        if path.exists():
            self._continue(json.loads(path.read_bytes()), told, resume=resume)
        else:
            (folder / _BLOCKS).mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(told).encode())
            (folder / _LEDGER).touch()

    def _continue(self, earlier: object, told: object, *, resume: bool) -> None:
        if not resume:
            raise UnusableInputError(
                "this folder holds a search already.",
                file=str(self.folder),
                expected="another folder, or --resume to go on with it",
            )
        if earlier != told:
            raise UnusableInputError(
                "this folder holds a search of another store, or with other settings.",
                file=str(self.folder),
                expected="the store, the settings and the block size of that search",
            )
        for line in (self.folder / _LEDGER).read_text(encoding="utf-8").splitlines():
            try:
                entry = Done(**json.loads(line))
            except (ValueError, TypeError):
                continue  # torn by a power cut: the block is searched again
            self.done[entry.block] = entry
        # A torn line has no end: the next entry would be lost in it.
        write_whole(self.folder / _LEDGER, "".join(map(_line, self.done.values())).encode())

    def enter(self, block: Block, pairs: Pairs) -> None:
        """Keep the pairs of a block for good."""
        table = pa.table(
            {"family": pairs.family, "remains": pairs.remains, "log10_lr": pairs.log10_lr}
        )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        data = sink.getvalue().to_pybytes()
        write_whole(self._path(block.number), data)
        entry = Done(block.number, len(pairs.family), hashlib.sha256(data).hexdigest())
        with (self.folder / _LEDGER).open("a", encoding="utf-8") as stream:
            stream.write(_line(entry))
            stream.flush()
            os.fsync(stream.fileno())
        self.done[block.number] = entry

    def forget(self) -> None:
        """Count no block as finished any more."""
        write_whole(self.folder / _LEDGER, b"")
        self.done.clear()

    def pairs(self, blocks: Iterable[Block]) -> Iterator[Pairs]:
        """Yield what was kept of blocks; raise `UnusableInputError` where it was changed."""
        for block in blocks:
            path = self._path(block.number)
            data = path.read_bytes() if path.exists() else b""
            if hashlib.sha256(data).hexdigest() != self.done[block.number].sha256:
                raise UnusableInputError(
                    "a finished block is missing or was changed.",
                    file=str(path),
                    expected=f"the block of the ledger; remove its line from {_LEDGER} and use "
                    "--resume to search it again",
                )
            table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
            columns = (table[name].to_numpy() for name in ("family", "remains", "log10_lr"))
            family, remains, log10_lr = columns
            yield Pairs(family.astype(np.int32), remains.astype(np.int32), log10_lr)

    def _path(self, number: int) -> Path:
        return self.folder / _BLOCKS / f"{number:06d}.arrow"


def _line(entry: Done) -> str:
    return json.dumps(asdict(entry)) + "\n"
