"""What moved since an earlier answer, and because of which records.

An answer keeps a digest of every record that it rests on, so that a later one can say what was new,
corrected or gone, and which posteriors moved with it; and the joint likelihoods of families that
miss several persons, which a later one need not make again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forename.exceptions import UnusableInputError
from forename.genetics.markers import Array
from forename.search.answer import JointAnswer, Posteriors
from forename.search.records import Records

MOVED = 1e-3  # of a posterior, from which on it is told

Pair = tuple[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Change:
    """A posterior that moved; a pair that is told in one answer only has 0 in the other."""

    person: str
    missing_person: str
    before: float
    after: float
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """An earlier answer as its folder keeps it; ``together`` as in `Listing`."""

    told: Mapping[str, Any]
    posteriors: Mapping[Pair, float]
    records: Records
    together: Mapping[str, Array]


def read_earlier(folder: Path) -> Earlier:
    """Return an earlier answer; raise `UnusableInputError` where the folder holds none."""
    try:
        told = json.loads((folder / "answer.json").read_bytes())
        persons = pq.read_table(folder / "persons.parquet").to_pylist()
        pairs = pq.read_table(folder / "posteriors.parquet").to_pylist()
        records = pq.read_table(folder / "records.parquet").to_pylist()
        together = pq.read_table(folder / "together.parquet").to_pylist()
        samples = {row["person"]: frozenset(row["samples"]) for row in persons}
        return Earlier(
            told,
            {(samples[r["person"]], r["missing_person"]): r["posterior"] for r in pairs},
            {(r["kind"], r["name"]): r["sha256"] for r in records},
            {r["key"]: np.array(r["log_likelihoods"], np.float64) for r in together},
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise UnusableInputError(
            f"this is no answer that can be compared ({error}).",
            file=str(folder),
            expected="a folder that `forename answer` wrote",
        ) from error


def changes_since(earlier: Earlier, found: JointAnswer, listed: Posteriors) -> list[Change]:
    """Return the posteriors that moved by `MOVED` or more, the farthest first, and why."""
    why = _Reasons(earlier, found)
    samples = [frozenset(found.samples_of(n)) for n in range(len(found.persons))]
    now: dict[Pair, float] = {}
    places: dict[Pair, tuple[int, int]] = {}
    for person, column, posterior in zip(
        listed.person.tolist(), listed.column.tolist(), listed.posterior.tolist(), strict=True
    ):
        pair = samples[person], found.missing.names[column]
        now[pair], places[pair] = posterior, (person, column)
    changes = []
    for pair in now.keys() | earlier.posteriors.keys():
        before, after = earlier.posteriors.get(pair, 0.0), now.get(pair, 0.0)
        if abs(after - before) >= MOVED:
            name = "+".join(sorted(pair[0]))
            changes.append(Change(name, pair[1], before, after, why.of(pair, places.get(pair))))
    return sorted(changes, key=lambda c: (-abs(c.after - c.before), c.person, c.missing_person))


class _Reasons:
    """What is new, corrected or gone, and what that has to do with a pair."""

    def __init__(self, earlier: Earlier, found: JointAnswer) -> None:
        now = found.records
        self.said: dict[tuple[str, str], str] = {}
        for key, digest in now.items():
            before = earlier.records.get(key)
            if before != digest:
                self.said[key] = "is new" if before is None else "was corrected"
        for key in earlier.records.keys() - now.keys():
            self.said[key] = "is gone"
        self.found = found
        self.prior = earlier.told.get("prior"), found.prior.text
        self.settings = earlier.told.get("settings")
        self.of_part: dict[int, list[str]] = defaultdict(list)
        part, rows_before = found.judged.part, len(found.persons)
        person_of = {name: n for n in range(len(found.persons)) for name in found.samples_of(n)}
        family_of = {name: n for n, name in enumerate(found.missing.families)}
        for (kind, name), said in sorted(self.said.items()):
            place = person_of.get(name) if kind == "sample" else family_of.get(name)
            if place is not None:
                vertex = place if kind == "sample" else rows_before + place
                self.of_part[int(part[vertex])].append(f"{name} {said}")

    def of(self, pair: Pair, place: tuple[int, int] | None) -> str:
        """Return why a pair's posterior moved, in words."""
        samples, missing = pair
        own = [f"{name} {self.said['sample', name]}" for name in sorted(samples)
               if ("sample", name) in self.said]  # fmt: skip
        # Where a family misses several persons, each is named after it.
        families: tuple[str, ...] = (missing, missing.rpartition(":")[0])
        if place is not None:
            families = (self.found.missing.families[self.found.missing.family[place[1]]],)
        own += [f"{n} {self.said['family', n]}" for n in families if ("family", n) in self.said]
        if own:
            return ", ".join(own)
        if place is None:
            return "the samples are of one person with others now, or no longer likely"
        found = self.found
        beside = (
            self.of_part[int(found.judged.part[place[0]])]
            if (found.judged.part[place[0]] >= 0)
            else []
        )
        if beside:
            more = f" and {len(beside) - 3} more" if len(beside) > 3 else ""
            return "judged together with them: " + ", ".join(beside[:3]) + more
        if self.prior[0] != self.prior[1]:
            return f"the prior was {self.prior[0]} and is {self.prior[1]}"
        if any(said == "is gone" for said in self.said.values()):
            return "a record that was judged together with them is gone"
        return "the number of all others changed" if self.said else "the settings changed"


def changes_table(changes: Sequence[Change]) -> pa.Table:
    """Return changes as they are written."""
    return pa.table(
        {
            "person": pa.array([c.person for c in changes], pa.string()),
            "missing_person": pa.array([c.missing_person for c in changes], pa.string()),
            "before": np.array([c.before for c in changes], np.float64),
            "after": np.array([c.after for c in changes], np.float64),
            "because": pa.array([c.because for c in changes], pa.string()),
        }
    )
