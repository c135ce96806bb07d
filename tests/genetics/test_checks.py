"""Checks before any answer: each finding appears when it must and not otherwise."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import replace

import numpy as np
import pytest

from forename.genetics.checks import check_problem
from forename.genetics.findings import Location, Severity
from forename.genetics.identity_checks import linked_families
from forename.genetics.kinship import family_from_relatives
from forename.genetics.markers import Chromosome
from forename.genetics.panel import Panel, build_panel
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Relative, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings
from forename.genetics.typed_samples import typed_samples

from .exercise_tables import needs_exercise, read_exercise
from .test_relationships import drop_genes, invented_markers

MARKERS = invented_markers(np.random.default_rng(7), 16)
PANEL = Panel(tuple(MARKERS), ())
NO_FREQUENCIES = FrequencyTable({})


def random_for(*words: str) -> np.random.Generator:
    """A generator that depends on the words alone, so that tests run in any order."""
    return np.random.default_rng(zlib.crc32(" ".join(words).encode()))


def person(name: str) -> Profile:
    """A person unrelated to everybody else of another name."""
    return renamed(drop_genes(random_for(name), Pedigree([Person("x")]), MARKERS)["x"], name)


def renamed(profile: Profile, name: str) -> Profile:
    return replace(profile, sample=name, location=Location("table.txt", 3))


def altered(profile: Profile, *markers: str) -> Profile:
    """The same profile with alleles nobody here carries together at some markers."""
    calls = dict(profile.calls)
    for name in markers:
        free = [a for a in MARKERS[0].alleles if a not in calls[name].distinct]
        calls[name] = Call((free[0], free[1]))
    return replace(profile, calls=calls)


def family(name: str, *rows: tuple[str, Profile]) -> Family:
    return family_from_relatives(name, [Relative(name, w, p) for w, p in rows])[0]


def true_family(name: str, *rows: tuple[str, str]) -> tuple[Family, dict[str, Profile]]:
    """A family whose relatives are what they are said to be; also everybody's true profiles."""
    blank = family(name, *((word, Profile(sample, {})) for word, sample in rows))
    rng = random_for(name, *(f"{word}={sample}" for word, sample in rows))
    truth = {i: renamed(p, i) for i, p in drop_genes(rng, blank.pedigree, MARKERS).items()}
    return family(name, *((word, truth[sample]) for word, sample in rows)), truth


def problem(remains=(), families=(), elimination=(), settings: Settings | None = None) -> Problem:
    return Problem(
        tuple(remains), tuple(families), NO_FREQUENCIES, settings or Settings(), tuple(elimination)
    )


def found(*args, **kwargs):
    return check_problem(problem(*args, **kwargs), PANEL)


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def test_check_problem__sound_data_have_no_findings():
    families = [
        true_family(f"F{n}", *rows)[0]
        for n, rows in enumerate(
            [
                (("mother", "A1"), ("father", "A2"), ("brother", "A3")),
                (("wife", "B1"), ("son", "B2"), ("daughter", "B3")),
                (("sister", "C1"), ("niece", "C2")),
                (("maternal uncle", "D1"), ("maternal grandmother", "D2")),
            ]
        )
    ]
    staff = [person("staff 1"), person("staff 2")]
    assert found([person("r1"), person("r2")], families, staff) == ()


def test_check_problem__empty_problem_has_no_findings():
    assert found() == ()


def test_check_problem__same_sample_twice_agreeing_is_a_warning():
    one = person("r1")
    (finding,) = found([one, one])
    assert (finding.code, finding.severity) == ("same_sample_twice", Severity.WARNING)
    assert finding.records == ("r1",)
    assert len(finding.locations) == 2


def test_check_problem__same_sample_twice_contradicting_blocks():
    one = person("r1")
    (finding,) = found([one, altered(one, "M3", "M5")])
    assert (finding.code, finding.severity) == ("same_sample_twice", Severity.BLOCKING)
    assert "M3, M5" in str(finding.text)


def test_check_problem__drop_out_explains_a_lost_allele_of_the_same_sample():
    one = person("r1")
    name = next(n for n, c in one.calls.items() if len(c.distinct) == 2)
    other = replace(one, calls={**one.calls, name: Call(one.calls[name].alleles[:1])})
    assert found([one, other])[0].severity is Severity.BLOCKING
    lenient = found([one, other], settings=Settings(drop_out=0.1))
    assert lenient[0].severity is Severity.WARNING


def test_check_problem__contradicting_replicates_of_a_relative_block():
    fam, truth = true_family("F1", ("mother", "A1"))
    twice = family("F1", ("mother", truth["A1"]), ("mother", altered(truth["A1"], "M2")))
    (finding,) = found(families=[twice])
    assert (finding.code, finding.severity) == ("same_sample_twice", Severity.BLOCKING)
    assert finding.records == ("A1", "F1")
    assert codes(found(families=[fam])) == []


def test_check_problem__remains_under_two_names_are_told_and_grouped():
    one = person("r1")
    (finding,) = found([one, renamed(one, "r2"), renamed(one, "r3"), person("r4")])
    assert (finding.code, finding.severity) == ("same_profile_two_names", Severity.INFO)
    assert finding.records == ("r1", "r2", "r3")


def test_check_problem__few_markers_could_be_siblings():
    one = person("r1")
    few = dict(list(one.calls.items())[:5])
    findings = found([replace(one, calls=few), replace(renamed(one, "r2"), calls=few)])
    assert "could_be_siblings" in codes(findings)


def test_check_problem__typing_error_within_a_group_is_reported():
    one = person("r1")
    settings = Settings(typing_error=0.01)
    findings = found([one, altered(renamed(one, "r2"), "M4")], settings=settings)
    assert codes(findings) == ["same_profile_two_names", "same_person_differences"]
    assert "M4" in str(findings[1].text)


def test_check_problem__contamination_by_relative_and_staff():
    fam, truth = true_family("F1", ("mother", "A1"), ("sister", "A2"))
    staff = person("technician")
    findings = found(
        [renamed(truth["A2"], "r1"), renamed(staff, "r2"), person("r3")], [fam], [staff]
    )
    assert {(f.code, f.records) for f in findings} == {
        ("contamination_relative", ("r1", "A2", "F1")),
        ("contamination_staff", ("r2", "technician")),
    }
    assert all(f.severity is Severity.WARNING for f in findings)


def test_check_problem__staff_in_a_reference_sample_is_contamination():
    fam, truth = true_family("F1", ("mother", "A1"))
    (finding,) = found(families=[fam], elimination=[renamed(truth["A1"], "technician")])
    assert finding.code == "contamination_staff"


@pytest.mark.parametrize("word", ["identical twin", "self"])
def test_check_problem__own_reference_among_remains_is_no_contamination(word):
    fam, truth = true_family("F1", (word, "A1"), ("mother", "A2"))
    match = renamed(truth["A1"], "r1")
    assert codes(found([match], [fam])) == []


def test_check_problem__one_relative_under_two_names():
    _, truth = true_family("F1", ("brother", "A1"), ("mother", "A2"))
    fam = family(
        "F1",
        ("brother", truth["A1"]),
        ("brother", renamed(truth["A1"], "A9")),
        ("mother", truth["A2"]),
    )
    (finding,) = found(families=[fam])
    assert (finding.code, finding.severity) == ("same_profile_two_names", Severity.WARNING)
    assert finding.records == ("A1", "F1", "A9")


def test_check_problem__families_that_share_a_relative_by_profile():
    fam, truth = true_family("F1", ("mother", "A1"))
    other = family("F2", ("mother", renamed(truth["A1"], "B1")))
    (finding,) = found(families=[fam, other])
    assert finding.code == "families_share_relative"
    assert finding.records == ("F1", "F2", "A1", "B1")
    (link,) = linked_families(problem(families=[fam, other]), MARKERS)
    assert (link.family_a, link.family_b, link.sample_a, link.sample_b) == finding.records[:4]


def test_check_problem__families_that_share_a_relative_by_name_and_few_markers():
    _, truth = true_family("F1", ("mother", "A1"))
    few = replace(truth["A1"], calls=dict(list(truth["A1"].calls.items())[:2]))
    findings = found(families=[family("F1", ("mother", truth["A1"])), family("F2", ("son", few))])
    assert "families_share_relative" in codes(findings)


def test_check_problem__names_such_as_father_in_many_families_are_not_one_person():
    families = [family(f"F{n}", ("father", renamed(person(f"f{n}"), "Father"))) for n in range(4)]
    assert codes(found(families=families)) == []


def test_check_problem__families_related_by_a_child_registered_elsewhere():
    _, truth = true_family("F1", ("mother", "A1"), ("sister", "A2"))
    findings = found(
        families=[family("F1", ("mother", truth["A1"])), family("F2", ("sister", truth["A2"]))]
    )
    assert codes(findings) == ["families_related"]
    assert findings[0].records == ("F1", "F2", "A1", "A2")


def test_check_problem__impossible_parent_names_the_markers():
    _, truth = true_family("F1", ("father", "A1"), ("sister", "A2"))
    # A father without any of the daughter's alleles at three markers.
    other = altered_against(truth["A1"], truth["A2"], "M1", "M2", "M3")
    fam = family("F1", ("father", other), ("sister", truth["A2"]))
    finding = next(f for f in found(families=[fam]) if f.code == "impossible_parent")
    assert finding.severity is Severity.WARNING
    assert finding.records == ("F1", "A2", "A1")
    assert "3 markers: M1, M2, M3" in str(finding.text)


def altered_against(profile: Profile, other: Profile, *markers: str) -> Profile:
    calls = dict(profile.calls)
    for name in markers:
        free = [a for a in MARKERS[0].alleles if a not in other.calls[name].distinct]
        calls[name] = Call((free[0], free[0]))
    return replace(profile, calls=calls)


def test_check_problem__one_mutation_is_only_information():
    _, truth = true_family("F1", ("father", "A1"), ("sister", "A2"))
    fam = family(
        "F1",
        ("father", altered_against(truth["A1"], truth["A2"], "M1")),
        ("sister", truth["A2"]),
    )
    (finding,) = found(families=[fam])
    assert (finding.code, finding.severity) == ("impossible_parent", Severity.INFO)


def test_check_problem__two_possible_parents_can_be_impossible_together():
    _, truth = true_family("F1", ("father", "A1"), ("mother", "A2"), ("sister", "A3"))

    def at(profile: Profile, alleles: tuple[str, str]) -> Profile:
        return replace(profile, calls={**profile.calls, "M1": Call(alleles), "M2": Call(alleles)})

    fam = family(
        "F1",
        ("father", at(truth["A1"], ("8", "9"))),
        ("mother", at(truth["A2"], ("8", "10"))),
        ("sister", at(truth["A3"], ("8", "11"))),
    )
    (finding,) = found(families=[fam])
    assert finding.code == "impossible_parent"
    assert finding.records == ("F1", "A3", "A1", "A2")
    assert "are the parents" in str(finding.text)


def test_check_problem__siblings_with_five_alleles_need_a_mutation():
    _, truth = true_family("F1", ("brother", "A1"), ("brother", "A2"), ("sister", "A3"))
    alleles = {"A1": ("8", "9"), "A2": ("10", "11"), "A3": ("12", "13")}
    fam = family(
        "F1",
        *(
            ("sibling", replace(p, calls={**p.calls, "M1": Call(alleles[p.sample])}))
            for p in (truth[name] for name in alleles)
        ),
    )
    (finding,) = found(families=[fam])
    assert (finding.code, finding.severity) == ("family_needs_mutation", Severity.INFO)
    assert "M1" in str(finding.text)


def test_check_problem__three_alleles():
    one = person("r1")
    odd = replace(one, calls={**one.calls, "M2": Call(("8", "9", "10"))})
    (finding,) = found([odd])
    assert (finding.code, finding.records) == ("three_alleles", ("r1",))
    assert "M2 (8, 9, 10)" in str(finding.text)


def test_check_problem__three_alleles_of_a_relative_do_not_stop_the_other_checks():
    _, truth = true_family("F1", ("brother", "A1"), ("sister", "A2"))
    odd = replace(truth["A1"], calls={**truth["A1"].calls, "M2": Call(("8", "9", "10"))})
    fam = family("F1", ("brother", odd), ("sister", truth["A2"]))
    assert codes(found(families=[fam])) == ["three_alleles"]


def test_check_problem__two_x_alleles_in_a_man():
    linked = tuple(replace(m, chromosome=Chromosome.X) for m in MARKERS)
    one = replace(person("r1"), sex=Sex.MALE)
    (finding,) = check_problem(problem([one]), Panel(linked, ()))
    assert finding.code == "two_x_alleles_in_man"


def test_check_problem__too_few_markers():
    one = person("r1")
    poor = replace(one, calls=dict(list(one.calls.items())[:5]))
    (finding,) = found([poor, replace(renamed(person("x"), "r2"), calls=person("y").calls)])
    assert (finding.code, finding.records) == ("too_few_markers", ("r1",))
    assert "5 of 16" in str(finding.text)
    assert codes(found([poor], settings=Settings(minimum_markers=5))) == []


def test_check_problem__small_panel_is_said_once():
    findings = check_problem(problem([person("r1"), person("r2")]), Panel(tuple(MARKERS[:3]), ()))
    assert codes(findings) == ["too_few_markers"]


@pytest.mark.parametrize(
    ("word", "amelogenin", "expected"),
    [
        ("brother", ("X", "X"), ["sex_contradicts_amelogenin"]),
        ("sister", ("X", "Y"), ["sex_contradicts_amelogenin"]),
        ("brother", ("X", "Y"), []),
        ("sister", ("X",), []),
        ("sibling", ("X", "Y"), []),
        ("brother", (), []),
    ],
)
def test_check_problem__sex_against_amelogenin(word, amelogenin, expected):
    fam, truth = true_family("F1", (word, "A1"))
    fam = family("F1", (word, replace(truth["A1"], amelogenin=amelogenin)))
    assert codes(found(families=[fam])) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("wife", "A1"),), ["relatives_cannot_identify"]),
        ((("wife", "A1"), ("son", "A2")), []),
        ((("cousin", "A1"),), []),
    ],
)
def test_check_problem__relatives_without_common_descent_cannot_identify(rows, expected):
    fam, _ = true_family("F1", *rows)
    assert codes(found(families=[fam])) == expected


def test_check_problem__untyped_relatives_cannot_identify():
    fam = family("F1", ("mother", Profile("A1", {})))
    findings = found(families=[fam])
    assert set(codes(findings)) == {"too_few_markers", "relatives_cannot_identify"}
    bare = Family("F2", Pedigree([Person("F2")]), ("F2",), {})
    assert codes(found(families=[bare])) == ["relatives_cannot_identify"]


def test_check_problem__one_name_in_two_tables():
    fam, _ = true_family("F1", ("mother", "S1"))
    (finding,) = found([person("S1")], [fam])
    assert finding.code == "name_in_two_tables"


def test_check_problem__order_of_samples_changes_no_finding():
    _, truth = true_family("F1", ("father", "A1"), ("sister", "A2"), ("brother", "A3"))
    one = person("r1")
    remains = [one, renamed(one, "r2"), renamed(truth["A2"], "r3")]
    rows = [("father", person("A1")), ("sister", truth["A2"]), ("brother", truth["A3"])]
    seen = set()
    for order in itertools.permutations(range(3)):
        findings = found([remains[n] for n in order], [family("F1", *(rows[n] for n in order))])
        seen.add(frozenset((f.code, frozenset(f.records), f.severity) for f in findings))
    assert len(seen) == 1


def test_typed_samples__names_say_where_a_sample_comes_from():
    fam, _ = true_family("F1", ("[mother]", "A1"))
    samples = typed_samples(problem([person("r1")], [fam], [person("s1")]))
    assert [str(s.name) for s in samples] == [
        "r1",
        "A1 (mother, family F1)",
        "s1 (elimination profile)",
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_check_problem__simulated_graves_with_known_truth(seed):
    made = simulate(
        SimulationSettings(
            families=20,
            contaminated=2,
            allele_drop_out=0.03,
            plan=tuple(FamilyPlan(deviation=d) for d in ("registered_apart", "swapped", "swapped")),
        ),
        np.random.default_rng(seed),
    )
    case, truth = made.problem, made.truth
    relatives = [p for f in case.families for ps in f.profiles.values() for p in ps]
    everybody = [*case.remains, *relatives, *case.elimination]
    panel = build_panel(case.frequencies, everybody, case.settings)
    findings = check_problem(case, panel)
    assert not [f for f in findings if f.severity is Severity.BLOCKING]

    contaminated = {n.records[0] for n in truth.notes if n.kind == "contamination"}
    assert {f.records[0] for f in findings if f.code == "contamination_staff"} == contaminated
    apart = {frozenset(n.records[:2]) for n in truth.notes if n.kind == "registered_apart"}
    shared = [f for f in findings if f.code == "families_share_relative"]
    assert {frozenset(f.records[:2]) for f in shared} == apart
    for finding in findings:
        if finding.code == "same_profile_two_names":
            assert len({truth.samples[sample] for sample in finding.records}) == 1
    doubtful = [f for f in findings if f.code == "stated_relationship_doubtful"]
    noted = {record for note in truth.notes for record in note.records}
    assert sum(not noted & set(f.records) for f in doubtful) <= 1


@needs_exercise
def test_check_problem__mass_grave_exercise():
    exercise = read_exercise()
    relatives = [p for f in exercise.families for ps in f.profiles.values() for p in ps]
    panel = build_panel(exercise.frequencies, [*exercise.remains, *relatives], exercise.settings)
    findings = check_problem(exercise, panel)
    assert not [f for f in findings if f.severity is Severity.BLOCKING]
    named = [set(f.records) for f in findings if f.code == "same_profile_two_names"]
    assert {"BS8", "BS80"} in named
    assert len(named) == 6
    assert [f.records for f in findings if f.code == "sex_contradicts_amelogenin"] == [
        ("RS142", "F61")
    ]
    needs = {f.records[0]: str(f.text) for f in findings if f.code == "family_needs_mutation"}
    for fam in exercise.families:
        children: dict[tuple[str | None, str | None], list[Profile]] = {}
        for member, (profile,) in fam.profiles.items():
            parents = (fam.pedigree[member].father, fam.pedigree[member].mother)
            children.setdefault(parents, []).append(profile)
        for marker in panel.markers:
            if not all(
                two_parents_explain([p.calls.get(marker.name) for p in group])
                for parents, group in children.items()
                if parents != (None, None)
            ):
                assert marker.name in needs[fam.id]
    assert set(needs) == {"F51", "F70", "F80"}


def two_parents_explain(calls: list[Call | None]) -> bool:
    """Enumerate the parents of full siblings; one allele outside those seen stands for the rest."""
    children = [c.distinct for c in calls if c is not None]
    alleles = [*sorted(frozenset().union(*children)), "other"]
    couples = list(itertools.combinations_with_replacement(alleles, 2))
    return any(
        all(any({a, b} == child for a in one for b in two) for child in children)
        for one in couples
        for two in couples
    )
