"""The profile store: remains and families on disk, as arrays that are mapped, not read.

A folder. ``store.json`` names the markers, the labels of their alleles, the shapes of families and
the parts; parts are Arrow files that never change. Adding writes new parts and then replaces
``store.json``, so that a reader sees all of an addition or nothing
(``docs/decisions/0010-a-profile-store-of-parts.md``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from forename.exceptions import UnusableInputError
from forename.genetics.markers import AMELOGENIN, Chromosome
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem
from forename.genetics.profiles import Call, Profile, Sex
from forename.search.columns import SEXES
from forename.search.families import Shape
from forename.written_whole import write_whole

VERSION = 1
_NAME = "store.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a store: its name, how many rows it has, its SHA-256."""

    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected or withdrawn, and why: ``remains`` by name, ``families`` by id.

    ``replaced`` are the files of the parts that held them before; they stay in the folder. ``at``
    is the time in UTC.
    """

    at: str
    reason: str
    remains: tuple[str, ...]
    families: tuple[str, ...]
    withdrawn: tuple[str, ...]
    replaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """What ``store.json`` says.

    ``labels`` are the alleles of each marker that anybody ever showed: rows count by them.
    ``unseen`` are those of them that only corrected or withdrawn records showed.
    """

    folder: Path
    frequencies: FrequencyTable
    labels: Mapping[str, tuple[str, ...]]
    shapes: tuple[Shape, ...] = ()
    remains: tuple[Part, ...] = ()
    families: tuple[Part, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unseen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    digest: str = ""

    @property
    def markers(self) -> tuple[str, ...]:
        """The names of the markers, in the order of all arrays."""
        return tuple(self.labels)

    @property
    def withdrawn(self) -> Mapping[str, Correction]:
        """The names of remains and families that were withdrawn and not put back since."""
        found: dict[str, Correction] = {}
        for correction in self.corrections:
            for name in (*correction.remains, *correction.families):
                found.pop(name, None)
            found |= dict.fromkeys(correction.withdrawn, correction)
        return found


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition brought: new records, and those that were there already or withdrawn."""

    remains: int = 0
    families: int = 0
    known: int = 0
    withdrawn: int = 0
    calls_left_out: int = 0
    unsearchable: tuple[str, ...] = field(default=())


def open_store(folder: Path) -> Store:
    """Return a store; raise `UnusableInputError` where the folder holds none."""
    path = folder / _NAME
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UnusableInputError(
            f"there is no profile store here ({error.strerror}).",
            file=str(path),
            expected="a folder made by `forename store add`",
        ) from error
    try:
        value = json.loads(text)
        if value["version"] != VERSION:
            raise UnusableInputError(
                f"the store has version {value['version']}.",
                file=str(path),
                expected=f"version {VERSION}; make the store anew from the laboratory's files",
            )
        return Store(
            folder,
            _frequencies_of(value["frequencies"]),
            {name: tuple(own) for name, own in value["labels"].items()},
            tuple(_shape_of(each) for each in value["shapes"]),
            tuple(Part(**each) for each in value["remains"]),
            tuple(Part(**each) for each in value["families"]),
            tuple(_correction_of(each) for each in value.get("corrections", ())),
            {name: frozenset(own) for name, own in value.get("unseen", {}).items()},
            hashlib.sha256(text).hexdigest(),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            f"the list of the store's parts is damaged ({error}).",
            file=str(path),
            expected="the file as `forename store add` wrote it; restore it from a copy",
        ) from error


def add_problem(folder: Path, problem: Problem) -> tuple[Store, Added]:
    """Add the remains and families of a problem to a store, made where there is none.

    A record that the store holds with the same calls is passed over, and one that was withdrawn.
    Raises `UnusableInputError` where it holds one of the same name with others, or was made with
    other frequencies.
    """
    if (folder / _NAME).exists():
        store = open_store(folder)
        if store.frequencies != _plain(problem.frequencies):
            raise UnusableInputError(
                "the store was made with other allele frequencies.",
                file=str(folder),
                expected="the same frequency table, or another store",
            )
    else:
        folder.mkdir(parents=True, exist_ok=True)
        markers = [name for name in problem.frequencies.frequencies if name != AMELOGENIN]
        store = Store(folder, _plain(problem.frequencies), dict.fromkeys(markers, ()))
    problem, withdrawn = _without_withdrawn(problem, store.withdrawn)
    found = recorded(store, problem)
    known_remains, remains = _apart(store, store.remains, found.remains, "remains")
    known, families = _apart(store, store.families, found.families, "missing person")
    return add_rows(found.store, remains, families), Added(
        remains.num_rows,
        families.num_rows,
        known_remains + known,
        withdrawn,
        found.calls_left_out,
        found.unsearchable,
    )


def _without_withdrawn(
    problem: Problem, withdrawn: Mapping[str, Correction]
) -> tuple[Problem, int]:
    """Return a problem without records that were withdrawn, and how many these are."""
    remains = tuple(p for p in problem.remains if p.sample not in withdrawn)
    families = tuple(f for f in problem.families if f.id not in withdrawn)
    left = len(problem.remains) + len(problem.families) - len(remains) - len(families)
    return replace(problem, remains=remains, families=families), left


def add_rows(store: Store, remains: pa.Table, families: pa.Table) -> Store:
    """Write rows as new parts of a store, whose labels and shapes they count by; return it."""
    return kept(
        replace(
            store,
            remains=(*store.remains, *written(store, "remains", remains)),
            families=(*store.families, *written(store, "families", families)),
        )
    )


def kept(store: Store) -> Store:
    """Write the list of a store's parts, which makes them the store; return it as it is read."""
    write_whole(store.folder / _NAME, _text(store))
    return open_store(store.folder)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Records of a problem as rows of a store that knows their labels and shapes."""

    store: Store
    remains: pa.Table
    families: pa.Table
    calls_left_out: int
    unsearchable: tuple[str, ...]


def recorded(store: Store, problem: Problem) -> Recorded:
    """Return the remains and families of a problem as rows; nothing is written."""
    addition = _Addition(store)
    remains = addition.remains_rows(problem.remains)
    families, unsearchable = addition.families_rows(problem.families)
    return Recorded(
        addition.grown(),
        remains,
        families,
        addition.left_out,
        tuple(unsearchable),
    )


def as_if_added(store: Store, profiles: Sequence[Profile]) -> tuple[Store, pa.Table]:
    """Return a store that knows the alleles of some remains, and their rows; nothing is written."""
    addition = _Addition(store)
    rows = addition.remains_rows(profiles)
    return addition.grown(), rows


class _Addition:
    """Codes for new labels and shapes, and the rows that count by them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.codes = {
            name: {label: n for n, label in enumerate(own)} for name, own in store.labels.items()
        }
        self.shapes = {shape: n for n, shape in enumerate(store.shapes)}
        self.shown: dict[str, set[str]] = {name: set() for name in store.labels}
        self.left_out = 0

    def grown(self) -> Store:
        """Return the store with the labels and shapes of the rows; nothing is written."""
        return replace(
            self.store,
            labels={name: tuple(own) for name, own in self.codes.items()},
            shapes=tuple(self.shapes),
            unseen={name: own - self.shown[name] for name, own in self.store.unseen.items()},
        )

    def remains_rows(self, profiles: Sequence[Profile]) -> pa.Table:
        """Return remains as rows of a part."""
        rows = [(profile.sample, "", 0, [profile], profile.sex) for profile in profiles]
        return self._table(rows)

    def families_rows(self, families: Sequence[Family]) -> tuple[pa.Table, list[str]]:
        """Return missing persons as rows of a part, and those of families without a sample."""
        rows, unsearchable = [], []
        for family in families:
            typed = [(i, p) for i in family.pedigree.order for p in family.profiles.get(i, ())]
            for missing in family.missing:
                if not typed:
                    unsearchable.append(family.label(missing))
                    continue
                shape = _shape(family.pedigree, missing, [i for i, _ in typed])
                number = self.shapes.setdefault(shape, len(self.shapes))
                profiles = [profile for _, profile in typed]
                sex = family.pedigree[missing].sex
                rows.append((family.label(missing), family.id, number, profiles, sex))
        return self._table(rows), unsearchable

    def _table(self, rows: Sequence[tuple[str, str, int, list[Profile], Sex]]) -> pa.Table:
        names: list[list[str]] = []
        alleles, partial, rates = [], [], []
        for label, _, _, profiles, _ in rows:
            names.append([p.sample for p in profiles])
            own = [self._calls(p, label) for p in profiles]
            alleles.append(np.concatenate([a for a, _ in own]).ravel())
            partial.append(np.concatenate([p for _, p in own]).ravel())
            stated = [(p.drop_out, p.drop_in) for p in profiles]
            rates.append(np.array(stated, np.float64).ravel())
        return pa.table(
            {
                "name": pa.array([r[0] for r in rows], pa.string()),
                "family": pa.array([r[1] for r in rows], pa.string()),
                "shape": pa.array([r[2] for r in rows], pa.int32()),
                "sex": pa.array([SEXES.index(r[4]) for r in rows], pa.int8()),
                "samples": pa.array(names, pa.list_(pa.string())),
                "alleles": pa.array(alleles, pa.large_list(pa.int16())),
                "partial": pa.array(partial, pa.large_list(pa.uint8())),
                "rates": pa.array(rates, pa.large_list(pa.float64())),
            }
        )

    def _calls(self, profile: Profile, record: str) -> tuple[np.ndarray, np.ndarray]:
        alleles = np.full((len(self.codes), 2), -1, np.int16)
        partial = np.zeros(len(self.codes), np.uint8)
        for m, (name, codes) in enumerate(self.codes.items()):
            call = profile.calls.get(name)
            if call is None:
                continue
            seen = list(dict.fromkeys(call.alleles))
            if len(seen) > 2:
                if profile.drop_in:
                    raise UnusableInputError(
                        f"{profile.sample} of {record}: marker {name} shows {len(seen)} alleles; "
                        "a store holds calls of one or two.",
                        expected="the call left out, or the sample analysed with `identify`",
                    )
                self.left_out += 1  # without drop-in no genotype explains it
                continue
            alleles[m] = [codes.setdefault(label, len(codes)) for label in (seen[0], seen[-1])]
            self.shown[name].update(seen)
            partial[m] = call.partial
        return alleles, partial


def _shape(pedigree: Pedigree, missing: str, typed: Sequence[str]) -> Shape:
    """Return a family's shape: its members by number, parents first."""
    number = {i: str(n) for n, i in enumerate(pedigree.order)}
    persons = tuple(pedigree[i].renamed(number) for i in pedigree.order)
    return Shape(persons, number[missing], tuple(number[i] for i in typed))


def rows_of(store: Store, parts: Sequence[Part]) -> pa.Table:
    """Return the rows of some parts, mapped; raise `UnusableInputError` for a damaged part."""
    tables = []
    for part in parts:
        path = store.folder / part.file
        try:
            with pa.memory_map(str(path)) as source:
                table = pa.ipc.open_file(source).read_all()
        except (OSError, pa.ArrowException) as error:
            raise UnusableInputError(
                f"a part of the store cannot be read ({error}).",
                file=str(path),
                expected=f"{part.rows} rows with SHA-256 {part.sha256}; restore it from a copy",
            ) from error
        if table.num_rows != part.rows:
            raise UnusableInputError(
                f"a part of the store holds {table.num_rows} rows.",
                file=str(path),
                expected=f"{part.rows} rows with SHA-256 {part.sha256}; restore it from a copy",
            )
        tables.append(table)
    return pa.concat_tables(tables) if tables else _no_rows()


def check_parts(store: Store) -> None:
    """Raise `UnusableInputError` where a part is not what the list of parts says.

    A flipped bit leaves a file readable and gives somebody another allele.
    """
    for part in (*store.remains, *store.families):
        path = store.folder / part.file
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise UnusableInputError(
                f"a part of the store cannot be read ({error}).",
                file=str(path),
                expected=f"{part.rows} rows with SHA-256 {part.sha256}; restore it from a copy",
            ) from error
        if digest != part.sha256:
            raise UnusableInputError(
                "a part of the store was changed or is damaged.",
                file=str(path),
                expected=f"SHA-256 {part.sha256}; restore it from a copy",
            )


def _no_rows() -> pa.Table:
    return _Addition(Store(Path(), FrequencyTable({}), {}))._table([])


def _apart(store: Store, parts: Sequence[Part], table: pa.Table, what: str) -> tuple[int, pa.Table]:
    """Return how many rows the store holds already, and the new ones."""
    # Codes and shapes are numbered alike from addition to addition, so rows can be compared.
    old = {row["name"]: row for row in rows_of(store, parts).to_pylist()} if parts else {}
    new, known = [], 0
    for number, row in enumerate(table.to_pylist()):
        earlier = old.get(row["name"])
        if earlier is None:
            old[row["name"]] = row
            new.append(number)
        elif repr(earlier) == repr(row):
            known += 1
        else:
            raise UnusableInputError(
                f"{what} {row['name']} is in the store, or in these files, with other data.",
                expected="one record of each name; leave it out, or say with `forename store "
                "correct` that and why it replaces the earlier one",
            )
    return known, table.take(pa.array(new, pa.int64()))


def written(store: Store, stem: str, table: pa.Table) -> list[Part]:
    """Write rows as a new part, sorted by shape; return it, or nothing for no rows."""
    if not table.num_rows:
        return []
    order = table.sort_by([("shape", "ascending")]).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, order.schema) as writer:
        writer.write_table(order)
    data = sink.getvalue().to_pybytes()
    digest = hashlib.sha256(data).hexdigest()
    name = f"{stem}-{digest[:16]}.arrow"
    write_whole(store.folder / name, data)
    return [Part(name, order.num_rows, digest)]


def _plain(table: FrequencyTable) -> FrequencyTable:
    """Return the table without the places it was read from, as a store keeps it."""
    return _frequencies_of(json.loads(json.dumps(_frequencies_value(table))))


def _frequencies_value(table: FrequencyTable) -> dict[str, Any]:
    return {
        "frequencies": {m: dict(own) for m, own in table.frequencies.items()},
        "chromosomes": {m: str(c) for m, c in table.chromosomes.items()},
        "silent_alleles": dict(table.silent_alleles),
        "minimum_frequency": dict(table.minimum_frequency),
        "mutation": {m: list(models) for m, models in table.mutation.items()},
    }


def _frequencies_of(value: Mapping[str, Any]) -> FrequencyTable:
    return FrequencyTable(
        value["frequencies"],
        {m: Chromosome(c) for m, c in value["chromosomes"].items()},
        value["silent_alleles"],
        value["minimum_frequency"],
        {m: (models[0], models[1]) for m, models in value["mutation"].items()},
    )


def _shape_of(value: Mapping[str, Any]) -> Shape:
    persons = [Person(i, f, m, Sex(sex), twin, inb) for i, f, m, sex, twin, inb in value["persons"]]
    return Shape(tuple(persons), value["missing"], tuple(value["typed"]))


def _text(store: Store) -> bytes:
    value = {
        "version": VERSION,
        "labels": {name: list(own) for name, own in store.labels.items()},
        "shapes": [
            {
                "persons": [
                    [p.id, p.father, p.mother, str(p.sex), p.twin_of, p.inbreeding]
                    for p in shape.persons
                ],
                "missing": shape.missing,
                "typed": list(shape.typed),
            }
            for shape in store.shapes
        ],
        "remains": [{"file": p.file, "rows": p.rows, "sha256": p.sha256} for p in store.remains],
        "families": [{"file": p.file, "rows": p.rows, "sha256": p.sha256} for p in store.families],
        "corrections": [asdict(each) for each in store.corrections],
        "unseen": {name: sorted(own) for name, own in store.unseen.items() if own},
        "frequencies": _frequencies_value(store.frequencies),
    }
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _correction_of(value: Mapping[str, Any]) -> Correction:
    lists = {name: tuple(own) for name, own in value.items() if isinstance(own, list)}
    return Correction(**{**value, **lists})


def seen_profile(store: Store) -> Profile:
    """Return a profile that shows every allele of the store's records, for `build_panel`."""
    shown = {
        m: tuple(label for label in own if label not in store.unseen.get(m, ()))
        for m, own in store.labels.items()
    }
    return Profile("store", {m: Call(own) for m, own in shown.items() if own})
