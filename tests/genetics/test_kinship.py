"""Pedigrees from kinship words: every word, every rule that fills a gap, every refusal."""

from __future__ import annotations

import itertools

import pytest

from forename.exceptions import InvalidPedigreeError
from forename.genetics.findings import Location
from forename.genetics.kinship import family_from_relatives
from forename.genetics.kinship_words import Kinship, Relation, Side, kinship_of
from forename.genetics.problem import Family, Relative
from forename.genetics.profiles import Profile, Sex


def family(*rows: tuple[str, str], amelogenin: dict[str, tuple[str, ...]] | None = None):
    typed = amelogenin or {}
    return family_from_relatives(
        "F1",
        [
            Relative("F1", word, Profile(sample, {}, amelogenin=typed.get(sample, ())))
            for word, sample in rows
        ],
    )


def kinship_coefficient(fam: Family, a: str, b: str) -> float:
    """Return the kinship coefficient by recursion on the younger person."""
    pedigree = fam.pedigree

    def same(person: str) -> str:
        return pedigree[person].twin_of or person

    def phi(x: str, y: str) -> float:
        x, y = same(x), same(y)
        if pedigree.order.index(x) < pedigree.order.index(y):
            x, y = y, x
        person = pedigree[x]
        if person.father is None or person.mother is None:
            return 0.5 if x == y else 0.0
        if x == y:
            return 0.5 + phi(person.father, person.mother) / 2
        return (phi(person.father, y) + phi(person.mother, y)) / 2

    return phi(a, b)


EXPECTED_KINSHIP = {
    "mother": 1 / 4,
    "[Father]": 1 / 4,
    "parent": 1 / 4,
    "[brother]": 1 / 4,
    "SISTER": 1 / 4,
    "[Sibling]": 1 / 4,
    "full sibling": 1 / 4,
    "half brother": 1 / 8,
    "half-sister (paternal)": 1 / 8,
    "maternal half sibling": 1 / 8,
    "son": 1 / 4,
    "daughter": 1 / 4,
    "child": 1 / 4,
    "spouse": 0,
    "wife": 0,
    "husband": 0,
    "[niece]": 1 / 8,
    "nephew": 1 / 8,
    "brother's son": 1 / 8,
    "Uncle": 1 / 8,
    "maternal aunt": 1 / 8,
    "mother's brother": 1 / 8,
    "Grandfather": 1 / 8,
    "paternal grandmother": 1 / 8,
    "grandson": 1 / 8,
    "granddaughter": 1 / 8,
    "cousin": 1 / 16,
    "maternal cousin": 1 / 16,
    "identical twin": 1 / 2,
    "self": 1 / 2,
    "أب": 1 / 4,
    "[الأم]": 1 / 4,
    "أَخ": 1 / 4,
    "أخت": 1 / 4,
    "ابن": 1 / 4,
    "إبن": 1 / 4,
    "ابنة": 1 / 4,
    "بنت": 1 / 4,
    "زوج": 0,
    "زوجة": 0,
    "خال": 1 / 8,
    "خالة": 1 / 8,
    "عم": 1 / 8,
    "عمّة": 1 / 8,
    "جد": 1 / 8,
    "جدة لأم": 1 / 8,
    "أخ لأم": 1 / 8,
    "ابن أخ": 1 / 8,
    "بنت العم": 1 / 16,
    "توأم متطابق": 1 / 2,
}


@pytest.mark.parametrize(("word", "expected"), EXPECTED_KINSHIP.items())
def test_family_from_relatives__each_word_gives_its_kinship_coefficient(word, expected):
    fam, _ = family((word, "R1"))
    assert fam.missing == ("F1",)
    assert fam.label("F1") == "F1"
    assert set(fam.profiles) == {"R1"}
    assert kinship_coefficient(fam, "F1", "R1") == expected


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Sibling1", Kinship(Relation.SIBLING)),
        ("[ BROTHER ]", Kinship(Relation.SIBLING, Sex.MALE)),
        ("half_brother", Kinship(Relation.HALF_SIBLING, Sex.MALE)),
        ("Half-sister, mother's side", Kinship(Relation.HALF_SIBLING, Sex.FEMALE, Side.MOTHER)),
        ("uncle on the father\u2019s side", Kinship(Relation.UNCLE, Sex.MALE, Side.FATHER)),
        ("خال", Kinship(Relation.UNCLE, Sex.MALE, Side.MOTHER)),
        ("العم", Kinship(Relation.UNCLE, Sex.MALE, Side.FATHER)),
        ("الجد لأب", Kinship(Relation.GRANDPARENT, Sex.MALE, Side.FATHER)),
        ("جدة من جهة الأم", Kinship(Relation.GRANDPARENT, Sex.FEMALE, Side.MOTHER)),
        ("أخت لأب", Kinship(Relation.HALF_SIBLING, Sex.FEMALE, Side.FATHER)),
        ("ابن خالة", Kinship(Relation.COUSIN, Sex.MALE, Side.MOTHER, Sex.FEMALE)),
        ("Father's Mother", Kinship(Relation.GRANDPARENT, Sex.FEMALE, Side.FATHER)),
    ],
)
def test_kinship_of__reads_words_as_people_write_them(word, meaning):
    assert kinship_of(word) == meaning


@pytest.mark.parametrize(
    "word",
    [
        "",
        "[]",
        "friend",
        "stepbrother",
        "maternal brother",
        "maternal son",
        "paternal خال",
        "عمه",
        "ابنه",
        "زوجه",
        "mother father",
        "maternal paternal uncle",
        "؟",
        "\x00",
        "7",
    ],
)
def test_kinship_of__refuses_what_it_cannot_know(word):
    assert kinship_of(word) is None


def test_family_from_relatives__unknown_word_names_family_sample_and_accepted_words():
    with pytest.raises(InvalidPedigreeError, match=r"F1.*R7.*'neighbour'.*accepted: father"):
        family(("mother", "R1"), ("neighbour", "R7"))


def test_family_from_relatives__children_share_the_typed_spouse():
    fam, findings = family(("son", "R1"), ("daughter", "R2"), ("spouse", "R3"))
    for child in ("R1", "R2"):
        assert {fam.pedigree[child].father, fam.pedigree[child].mother} == {"F1", "R3"}
    assert len(fam.pedigree) == 4
    assert findings == ()


def test_family_from_relatives__children_share_one_untyped_spouse():
    fam, _ = family(("son", "R1"), ("daughter", "R2"))
    assert fam.pedigree["R1"].father == fam.pedigree["R2"].father == "F1"
    assert fam.pedigree["R1"].mother == fam.pedigree["R2"].mother == "F1:spouse"


def test_family_from_relatives__two_spouses_are_a_finding_and_parents_of_nobody():
    fam, findings = family(("wife", "R1"), ("wife", "R2"), ("son", "R3"))
    assert [f.code for f in findings] == ["two_spouses"]
    assert findings[0].records == ("F1", "R1", "R2")
    assert fam.pedigree["R3"].mother == "F1:spouse"


@pytest.mark.parametrize(
    ("rows", "amelogenin", "sex", "role"),
    [
        ((("wife", "R1"), ("son", "R2")), {}, Sex.MALE, "father"),
        ((("husband", "R1"), ("son", "R2")), {}, Sex.FEMALE, "mother"),
        ((("spouse", "R1"), ("son", "R2")), {"R1": ("X", "Y")}, Sex.FEMALE, "mother"),
        ((("spouse", "R1"), ("son", "R2")), {"R1": ("X", "X")}, Sex.MALE, "father"),
        ((("spouse", "R1"), ("son", "R2")), {}, Sex.UNKNOWN, "father"),
        ((("son", "R2"),), {}, Sex.UNKNOWN, "father"),
        ((("زوج", "R1"), ("ابن", "R2")), {}, Sex.FEMALE, "mother"),
    ],
)
def test_family_from_relatives__sex_of_the_missing_follows_from_the_spouse(
    rows, amelogenin, sex, role
):
    fam, _ = family(*rows, amelogenin=amelogenin)
    assert fam.pedigree["F1"].sex is sex
    assert getattr(fam.pedigree["R2"], role) == "F1"


def test_family_from_relatives__contradicting_sexes_are_said_and_still_build():
    fam, findings = family(("wife", "R1"), ("identical twin sister", "R2"), ("son", "R3"))
    assert "missing_sex_contradictory" in [f.code for f in findings]
    assert {"R1", "F1"} == {fam.pedigree["R3"].father, fam.pedigree["R3"].mother}


def test_family_from_relatives__nieces_have_one_untyped_sibling_as_parent():
    fam, findings = family(("niece", "R1"), ("brother", "R2"), ("niece", "R3"))
    assert fam.pedigree["R1"].father == fam.pedigree["R3"].father == "F1:sibling"
    assert kinship_coefficient(fam, "F1:sibling", "R2") == 1 / 4
    assert kinship_coefficient(fam, "R1", "R3") == 1 / 4
    assert [f.code for f in findings] == ["assumed_shared_parent"]


def test_family_from_relatives__nieces_through_brother_and_sister_are_cousins():
    fam, findings = family(("brother's daughter", "R1"), ("sister's daughter", "R2"))
    assert kinship_coefficient(fam, "R1", "R2") == 1 / 16
    assert fam.pedigree[fam.pedigree["R2"].mother].sex is Sex.FEMALE
    assert findings == ()


@pytest.mark.parametrize(
    ("other", "side", "code"),
    [
        ((), "F1:father", "assumed_paternal_side"),
        ((("mother", "R8"),), "F1:father", "assumed_paternal_side"),
        ((("father", "R9"),), "F1:mother", "assumed_maternal_side"),
        ((("father", "R9"), ("mother", "R8")), "R9", "assumed_paternal_side"),
    ],
)
@pytest.mark.parametrize("word", ["uncle", "grandmother", "cousin"])
def test_family_from_relatives__unstated_side_is_the_untyped_parents(word, other, side, code):
    fam, findings = family((word, "R1"), *other)
    assert [f.code for f in findings] == [code]
    assert kinship_coefficient(fam, side, "R1") > 0
    parents = {fam.pedigree["F1"].father, fam.pedigree["F1"].mother}
    assert [kinship_coefficient(fam, p, "R1") for p in parents - {side}] == [0]


def test_family_from_relatives__uncle_is_full_sibling_and_grandparents_his_parents():
    fam, findings = family(
        ("maternal uncle", "R1"), ("maternal grandfather", "R2"), ("maternal aunt", "R3")
    )
    assert kinship_coefficient(fam, "F1:mother", "R1") == 1 / 4
    assert kinship_coefficient(fam, "R1", "R3") == 1 / 4
    assert fam.pedigree["R1"].father == "R2"
    assert findings == ()


def test_family_from_relatives__two_grandfathers_take_both_sides():
    fam, findings = family(("grandfather", "R1"), ("grandfather", "R2"))
    assert kinship_coefficient(fam, "R1", "R2") == 0
    assert [kinship_coefficient(fam, "F1", r) for r in ("R1", "R2")] == [1 / 8, 1 / 8]
    assert {f.code for f in findings} == {"assumed_paternal_side", "assumed_maternal_side"}


@pytest.mark.parametrize(
    "rows",
    [
        (("grandfather", "R1"), ("grandfather", "R2"), ("grandfather", "R3")),
        (("maternal grandmother", "R1"), ("maternal grandmother", "R2")),
        (("father", "R1"), ("father", "R2")),
        (("mother", "R1"), ("mother", "R2")),
        (("mother", "R1"), ("father", "R2"), ("parent", "R3")),
        (("brother", "R1"), ("son", "R1")),
    ],
)
def test_family_from_relatives__impossible_places_are_refused_by_name(rows):
    with pytest.raises(InvalidPedigreeError, match=r"F1.*R"):
        family(*rows)


def test_family_from_relatives__same_sample_same_word_is_a_replicate():
    fam, findings = family(("father", "R1"), ("[Father]", "R1"))
    assert len(fam.profiles["R1"]) == 2
    assert [f.code for f in findings] == ["replicate_in_family"]


def test_family_from_relatives__half_siblings_default_to_the_mother_with_a_finding():
    fam, findings = family(("half sister", "R1"), ("half brother", "R2"))
    assert kinship_coefficient(fam, "F1:mother", "R1") == 1 / 4
    assert kinship_coefficient(fam, "R1", "R2") == 1 / 4
    assert [f.code for f in findings] == ["assumed_maternal_half_sibling", "assumed_shared_parent"]
    fam, findings = family(("paternal half sister", "R1"), ("maternal half brother", "R2"))
    assert kinship_coefficient(fam, "R1", "R2") == 0
    assert findings == ()


def test_family_from_relatives__identical_twin_shares_the_genotype_and_the_sex():
    fam, _ = family(("identical twin", "R1"), ("brother", "R2"), amelogenin={"R1": ("X", "Y")})
    assert fam.pedigree["R1"].twin_of == "F1"
    assert fam.pedigree["F1"].sex is Sex.MALE


def test_family_from_relatives__bare_twin_is_a_sibling_with_a_warning():
    fam, findings = family(("twin brother", "R1"))
    assert fam.pedigree["R1"].twin_of is None
    assert [f.code for f in findings] == ["twin_taken_as_sibling"]


def test_family_from_relatives__sample_named_like_family_keeps_both():
    relative = Relative("F1", "mother", Profile("F1", {}), Location("families.txt", 4))
    fam, _ = family_from_relatives("F1", [relative])
    assert fam.missing == ("F1:missing",)
    assert fam.label("F1:missing") == "F1"


@pytest.mark.parametrize(
    ("family_id", "rows"),
    [
        ("", [("", "mother", "R1")]),
        ("F1", []),
        ("F1", [("F2", "mother", "R1")]),
        ("F1", [("F1", "mother", "")]),
    ],
)
def test_family_from_relatives__rubbish_is_refused(family_id, rows):
    with pytest.raises(InvalidPedigreeError):
        family_from_relatives(
            family_id, [Relative(fam, word, Profile(sample, {})) for fam, word, sample in rows]
        )


def test_family_from_relatives__row_order_does_not_change_the_kinship():
    rows = [("mother", "R1"), ("uncle", "R2"), ("son", "R3"), ("niece", "R4"), ("sibling", "R5")]
    ids = ["F1", *(sample for _, sample in rows)]

    def coefficients(order):
        fam, _ = family(*order)
        return [kinship_coefficient(fam, a, b) for a, b in itertools.combinations(ids, 2)]

    expected = coefficients(rows)
    assert all(coefficients(order) == expected for order in itertools.permutations(rows))


def test_family_from_relatives__every_pair_of_words_builds():
    words = [w for w in EXPECTED_KINSHIP if w.isascii()]
    for first, second in itertools.product(words, repeat=2):
        try:
            fam, _ = family((first, "R1"), (second, "R2"))
        except InvalidPedigreeError as error:
            refused = str(error)
            ids = {sample for sample in ("R1", "R2") if sample in refused}
        else:
            ids = set(fam.profiles)
        assert ids, (first, second)
