"""JSON files of pedigree likelihood cases and of small identification cases.

The layout is described in ``docs/guides/formats.md``. Marker names and allele labels are taken
as they stand, and frequencies are not scaled: both are part of the case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forename.exceptions import ForenameError, InvalidPedigreeError, InvalidSettingError
from forename.formats.json_fields import JsonField, read_json
from forename.genetics.evaluation import NONE_OF_THE_MISSING
from forename.genetics.likelihood import Hypothesis, Theta
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.mutation import MODELS, MutationModel, mutation_matrix
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family
from forename.genetics.profiles import Call, Profile, Sex


@dataclass(frozen=True, slots=True)
class LikelihoodCase:
    """Hypotheses about one set of markers, and the pairs (numerator, denominator) to compare.

    ``theta_scope`` is ``component`` (a new urn for every connected family) or ``hypothesis``.
    """

    id: str
    kind: str
    markers: tuple[Marker, ...]
    hypotheses: Mapping[str, Hypothesis]
    likelihood_ratios: tuple[tuple[str, str], ...]
    theta: float = 0.0
    theta_scope: str = "component"


@dataclass(frozen=True, slots=True)
class IdentificationCase:
    """Remains, missing persons and reference families, with markers ready for computation.

    ``remains`` carry the stated sex. ``families`` hold at least one of ``missing`` each;
    ``other_families`` are reference families without one.
    """

    dataset: str
    missing: tuple[str, ...]
    markers: tuple[Marker, ...]
    remains: tuple[Profile, ...]
    families: tuple[Family, ...]
    other_families: Mapping[str, Hypothesis]


def read_likelihood_cases(path: str | Path) -> tuple[LikelihoodCase, ...]:
    """Return the cases of a file ``{cases: [{id, markers, hypotheses, …}]}``.

    Raises `UnusableInputError` with the field, such as ``cases[3].markers[0].freqs``.
    """
    root = read_json(path)
    cases: dict[str, LikelihoodCase] = {}
    for item in root.field("cases").items():
        case = _likelihood_case(item)
        if case.id in cases:
            raise item.field("id").error(f"case {case.id!r} stands twice.", "each id once")
        cases[case.id] = case
    return tuple(cases.values())


def read_identification_case(path: str | Path) -> IdentificationCase:
    """Return the case of a file ``{dataset, missing, markers, pm, am}``.

    Raises `UnusableInputError` with the field.
    """
    root = read_json(path)
    markers = _markers(root.field("markers"))
    missing = root.field("missing").texts()
    if len(set(missing)) != len(missing):
        raise root.field("missing").error("a missing person is listed twice.", "each id once")
    if NONE_OF_THE_MISSING in missing:
        raise root.field("missing").error(
            f"a missing person is called {NONE_OF_THE_MISSING}, which in results means nobody.",
            "another id",
        )
    remains: dict[str, Profile] = {}
    for item in root.field("pm").items():
        hypothesis = _hypothesis(item, markers)
        if len(hypothesis.pedigree) != 1:
            raise item.field("members").error(
                f"{len(hypothesis.pedigree)} persons stand here.", "one person"
            )
        (person,) = hypothesis.pedigree.persons.values()
        if person.id in remains:
            raise item.field("members").error(f"remains {person.id!r} stand twice.", "once")
        profiles = hypothesis.profiles.get(person.id, (Profile(person.id, {}, person.sex),))
        remains[person.id] = profiles[0]
    families: dict[str, Family] = {}
    others: dict[str, Hypothesis] = {}
    placed: set[str] = set()
    for item in root.field("am").items():
        name = item.field("family").text()
        if name in families or name in others:
            raise item.field("family").error(f"family {name!r} stands twice.", "each family once")
        hypothesis = _hypothesis(item, markers)
        absent = tuple(m for m in missing if m in hypothesis.pedigree)
        if placed & set(absent):
            raise item.error(f"{min(placed & set(absent))!r} is missing in two families.", "one")
        placed.update(absent)
        if not absent:
            others[name] = hypothesis
            continue
        try:
            families[name] = Family(
                name,
                hypothesis.pedigree,
                absent,
                hypothesis.profiles,
                labels={person: person for person in absent},
            )
        except InvalidPedigreeError as error:
            raise item.error(f"{error}.", "missing persons without genotypes") from error
    if set(missing) - placed:
        lost = min(set(missing) - placed)
        raise root.field("missing").error(f"{lost!r} is in no family.", "members of families")
    return IdentificationCase(
        root.field("dataset").text() if "dataset" in root.fields() else "",
        missing,
        markers,
        tuple(remains.values()),
        tuple(families.values()),
        others,
    )


def _likelihood_case(item: JsonField) -> LikelihoodCase:
    fields = item.fields()
    markers = _markers(item.field("markers"))
    theta = fields["theta"].probability() if "theta" in fields else 0.0
    scope = fields["theta_scope"].text() if "theta_scope" in fields else "component"
    if scope not in ("component", "hypothesis"):
        raise fields["theta_scope"].error(f"{scope[:40]!r} is no scope.", "component or hypothesis")
    try:
        Theta(theta, scope)
    except InvalidSettingError as error:
        raise fields["theta"].error(f"{error}.", "a theta that can be computed with") from error
    hypotheses = {
        name: _hypothesis(field, markers)
        for name, field in item.field("hypotheses").fields().items()
    }
    if "likelihood_ratios" in hypotheses:
        raise item.field("hypotheses").error(
            "a hypothesis is called 'likelihood_ratios', as results call their LRs.", "another name"
        )
    ratios = []
    for field in fields["likelihood_ratios"].items() if "likelihood_ratios" in fields else ():
        pair = (field.field("numerator"), field.field("denominator"))
        for part in pair:
            if part.text() not in hypotheses:
                raise part.error(f"no hypothesis is called {part.text()[:40]!r}.", "one of them")
        ratios.append((pair[0].text(), pair[1].text()))
    kind = fields["kind"].text() if "kind" in fields else ""
    identity = item.field("id").text()
    return LikelihoodCase(identity, kind, markers, hypotheses, tuple(ratios), theta, scope)


def _markers(field: JsonField) -> tuple[Marker, ...]:
    markers: dict[str, Marker] = {}
    for item in field.items():
        marker = _marker(item)
        if marker.name in markers:
            raise item.field("name").error(f"marker {marker.name!r} stands twice.", "each once")
        markers[marker.name] = marker
    return tuple(markers.values())


def _marker(item: JsonField) -> Marker:
    fields = item.fields()
    alleles = item.field("alleles").texts()
    frequencies = np.array([value.frequency() for value in item.field("freqs").items()])
    if len(frequencies) != len(alleles):
        raise item.field("freqs").error(
            f"{len(frequencies)} frequencies for {len(alleles)} alleles.", "one for each allele"
        )
    chromosome = fields["chrom"].text() if "chrom" in fields else Chromosome.AUTOSOMAL.value
    if chromosome not in tuple(Chromosome):
        raise fields["chrom"].error(f"{chromosome[:40]!r} is no chromosome.", "autosomal or X")
    silent = fields.get("silent_allele")
    male, female = _mutation(fields.get("mutation"), alleles, frequencies)
    try:
        return Marker(
            item.field("name").text(),
            alleles,
            frequencies,
            Chromosome(chromosome),
            male,
            female,
            silent.text() if silent is not None and silent.value is not None else None,
        )
    except ForenameError as error:
        raise item.error(f"{error}.", "alleles with positive frequencies that sum to 1") from error


def _mutation(
    field: JsonField | None, alleles: Sequence[str], frequencies: Array
) -> tuple[Array | None, Array | None]:
    """Return the matrices of fathers and mothers."""
    if field is None or field.value is None:
        return None, None
    male, female = (_matrix(field.field(sex), alleles, frequencies) for sex in ("male", "female"))
    return male, female


def _matrix(field: JsonField, alleles: Sequence[str], frequencies: Array) -> Array | None:
    """Return one matrix: the one that is written out, else the one its model and rates make."""
    if field.value is None:
        return None
    fields = field.fields()
    if "matrix" in fields and fields["matrix"].value is not None:
        rows = [[cell.probability() for cell in row.items()] for row in fields["matrix"].items()]
        if len(rows) != len(alleles) or any(len(row) != len(alleles) for row in rows):
            raise fields["matrix"].error(
                "the matrix has the wrong shape.", f"{len(alleles)} rows of {len(alleles)} numbers"
            )
        return np.array(rows)
    name = field.field("model").text()
    if name not in MODELS:
        raise field.field("model").error(f"{name[:40]!r} is no model.", ", ".join(MODELS))
    rate, rate2, spread = (
        fields[key].probability()
        if key in MODELS[name].parameters and key in fields and fields[key].value is not None
        else default
        for key, default in (("rate", 0.0), ("rate2", 0.0), ("range", 1.0))
    )
    try:
        return mutation_matrix(MutationModel(name, rate, rate2, spread), alleles, frequencies)
    except ForenameError as error:
        raise field.error(f"{error}.", "a matrix, or a model with its rates") from error


def _hypothesis(item: JsonField, markers: Sequence[Marker]) -> Hypothesis:
    fields = item.fields()
    inbreeding = (
        {name: f.probability() for name, f in fields["founder_inbreeding"].fields().items()}
        if "founder_inbreeding" in fields and fields["founder_inbreeding"].value is not None
        else {}
    )
    persons = [_person(member, inbreeding) for member in item.field("members").items()]
    strangers = set(inbreeding) - {person.id for person in persons}
    if strangers:
        raise fields["founder_inbreeding"].error(f"{min(strangers)!r} is no member.", "members")
    try:
        pedigree = Pedigree(persons)
    except InvalidPedigreeError as error:
        raise item.field("members").error(f"{error}.", "a valid pedigree") from error
    by_name = {marker.name: marker for marker in markers}
    profiles = {}
    genotypes = fields["genotypes"].fields() if "genotypes" in fields else {}
    for person_id, typed in genotypes.items():
        if person_id not in pedigree:
            raise typed.error(f"{person_id[:40]!r} is no member.", "members of this hypothesis")
        sex = pedigree[person_id].sex
        calls = {}
        for name, genotype in typed.fields().items():
            if name not in by_name:
                raise genotype.error(f"no marker is called {name[:40]!r}.", "one of the markers")
            call = _call(genotype, by_name[name], sex)
            if call is not None:
                calls[name] = call
        profiles[person_id] = (Profile(person_id, calls, sex),)
    return Hypothesis(pedigree, profiles)


def _person(member: JsonField, inbreeding: Mapping[str, float]) -> Person:
    fields = member.fields()
    sex = member.field("sex").text()
    if sex not in tuple(Sex):
        raise member.field("sex").error(f"{sex[:40]!r} is no sex.", "M, F or U")
    father, mother = (
        fields[name].text() if name in fields and fields[name].value is not None else None
        for name in ("father", "mother")
    )
    identity = member.field("id").text()
    return Person(identity, father, mother, Sex(sex), inbreeding=inbreeding.get(identity, 0.0))


def _call(genotype: JsonField, marker: Marker, sex: Sex) -> Call | None:
    entries = genotype.items()
    if len(entries) > 2:
        raise genotype.error(f"{len(entries)} alleles stand here.", "one or two")
    haploid = marker.chromosome == Chromosome.X and sex == Sex.MALE
    if len(entries) == 1 and not haploid:
        raise genotype.error("one allele stands here.", "two, null for one that is not known")
    known = tuple(entry.text() for entry in entries if entry.value is not None)
    for entry in entries:
        if entry.value is None:
            continue
        if entry.value not in marker.alleles or entry.value == marker.silent_allele:
            raise entry.error(
                f"{str(entry.value)[:40]!r} is no allele of {marker.name}.",
                "one of the marker's alleles that can be seen",
            )
    if not known:
        return None
    return Call(known, partial=len(known) == 1 and not haploid)


def log_likelihood_value(value: float) -> float | str:
    """Return a natural logarithm for JSON: ``-inf`` as text, for JSON has no infinity."""
    return "-inf" if math.isinf(value) and value < 0 else value
