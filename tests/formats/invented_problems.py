"""Hypothesis strategies for whole problems: every field that a case folder has to keep."""

from __future__ import annotations

from hypothesis import strategies as st

from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import Chromosome
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Evidence, Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.sentences import quoted, say

# Text that a table or a spreadsheet could damage, beside ordinary words.
texts = st.one_of(
    st.sampled_from(
        ["", "A", "=1+1", "-9", "'", "''a", " x ", "9.3", "10/14", "a|b", "?", "\\", "\\e", "a\\|"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
labels = texts.filter(bool)
numbers = st.floats(0, 1, allow_nan=False)
weights = st.floats(-300, 300, allow_nan=False)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    alleles = tuple(draw(st.lists(texts, min_size=1, max_size=4)))
    return Call(alleles, partial=draw(st.booleans()))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    return Profile(
        draw(texts),
        draw(st.dictionaries(texts, calls(), max_size=3)),
        sex=draw(st.sampled_from(Sex)),
        amelogenin=tuple(draw(st.lists(texts, max_size=3))),
        drop_out=draw(st.none() | numbers),
        drop_in=draw(st.none() | numbers),
        stratum=draw(texts),
    )


@st.composite
def families(draw: st.DrawFn, identity: str) -> Family:
    ids = draw(st.lists(labels, min_size=5, max_size=5, unique=True))
    father, mother, missing, twin, other = ids
    inbreeding = draw(numbers)
    persons = [
        Person(missing, father, mother, Sex.UNKNOWN),
        Person(father, sex=Sex.MALE, inbreeding=inbreeding),
        Person(twin, father, mother, twin_of=missing if draw(st.booleans()) else None),
        Person(mother, sex=Sex.FEMALE),
        Person(other),
    ]
    absent = draw(st.permutations([missing, other]))[: draw(st.integers(1, 2))]
    typed = st.sampled_from([father, mother, twin])
    words = st.dictionaries(st.sampled_from(ids), texts, max_size=3)
    replicates = st.lists(profiles(), max_size=2).map(tuple)
    return Family(
        identity,
        Pedigree(draw(st.permutations(persons))),
        tuple(absent),
        draw(st.dictionaries(typed, replicates, max_size=3)),
        draw(words),
        draw(words),
        draw(words),
    )


locations = st.builds(Location, texts, st.none() | st.integers(1, 99), st.none()) | st.builds(
    Location, texts, st.integers(1, 99), st.integers(1, 99)
)
sentences = st.builds(quoted, texts) | st.builds(
    lambda name, items, number: say(
        "{name}: {items:and} ({number:.2f}{inner}).",
        name=name,
        items=tuple(items),
        number=number,
        inner=say("{count}", count=len(items)),
    ),
    texts,
    st.lists(texts, max_size=3),
    st.floats(allow_nan=False),
)
findings = st.builds(
    Finding,
    texts,
    st.sampled_from(Severity),
    st.lists(texts, max_size=3).map(tuple),
    sentences,
    st.none() | sentences,
    st.lists(locations, max_size=2).map(tuple),
)
frequency_tables = st.builds(
    FrequencyTable,
    st.dictionaries(texts, st.dictionaries(texts, numbers, max_size=3), max_size=3),
    st.dictionaries(texts, st.sampled_from(Chromosome), max_size=2),
    st.dictionaries(texts, texts, max_size=2),
    st.dictionaries(texts, numbers, max_size=2),
    st.dictionaries(texts, st.tuples(texts, texts), max_size=2),
    st.dictionaries(texts, locations, max_size=2),
)
settings = st.builds(
    Settings,
    mutation=texts,
    theta=st.just(0.0) | st.floats(1e-12, 0.5),
    theta_scope=st.sampled_from(["component", "hypothesis"]),
    prior=texts,
    report_log10_lr=weights,
    minimum_markers=st.integers(1, 99),
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    names = draw(st.lists(labels, max_size=2, unique=True))
    return Problem(
        remains=tuple(draw(st.lists(profiles(), max_size=3))),
        families=tuple(draw(families(name)) for name in names),
        frequencies=draw(frequency_tables),
        settings=draw(settings),
        elimination=tuple(draw(st.lists(profiles(), max_size=2))),
        evidence=tuple(
            draw(st.lists(st.builds(Evidence, texts, texts, weights, texts), max_size=2))
        ),
        findings=tuple(draw(st.lists(findings, max_size=2))),
        digests=draw(st.dictionaries(texts, texts, max_size=2)),
        title=draw(texts),
        simulated=draw(st.booleans()),
    )
