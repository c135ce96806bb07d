"""Names: parts, scripts, transliteration, likeness. Invented people throughout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.notation.folding import search_words
from forename.notation.names import PARTS, PersonName, compare_names, parse_name
from forename.notation.transliteration import SCHEME, transliterate


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("أحمد محمد خلف العلي", {"given": "أحمد", "father": "محمد", "grandfather": "خلف",
                                  "family": "العلي"}),
        ("Ahmad al-Khalaf", {"given": "Ahmad", "family": "al-Khalaf"}),
        ("Khalid bin Hussein bin Ali al-Wawi", {"given": "Khalid", "father": "Hussein",
                                                 "grandfather": "Ali", "family": "al-Wawi"}),
        ("محمد بن خالد", {"given": "محمد", "father": "خالد"}),
        ("أبو عمر محمد الشامي", {"kunya": "أبو عمر", "given": "محمد", "family": "الشامي"}),
        ("عبد الرحمن محمد", {"given": "عبد الرحمن", "family": "محمد"}),
        ("Abu Bakr al-Baghdadi", {"kunya": "Abu Bakr", "family": "al-Baghdadi"}),
        ("Abu Ahmad", {"kunya": "Abu Ahmad"}),
        ("Ahmad Abu Zayd", {"given": "Ahmad", "family": "Abu Zayd"}),
        ("Ahmad Khalaf (known as Abu Omar)", {"given": "Ahmad", "family": "Khalaf",
                                               "kunya": "Abu Omar"}),
        ("محمد علي الحسن الملقب بالشيخ", {"given": "محمد", "father": "علي", "family": "الحسن",
                                           "laqab": "الشيخ"}),
        ("أحمد خلف، والدته فاطمة", {"given": "أحمد", "family": "خلف", "mother": "فاطمة"}),
        ("Ahmad Khalaf, mother: Fatima Ali", {"given": "Ahmad", "family": "Khalaf",
                                               "mother": "Fatima Ali"}),
        ("أحمد «الصقر» خلف", {"given": "أحمد", "nom_de_guerre": "الصقر", "family": "خلف"}),
        ("الاسم: أحمد، اسم الأب: محمد، الكنية: الخلف", {"given": "أحمد", "father": "محمد",
                                                          "family": "الخلف"}),
        ("Ahmad", {"given": "Ahmad"}),
        ("", {}),
        ("?? 12", {}),
    ],
)  # fmt: skip
def test_parse_name__parts(said: str, parts: dict[str, str]) -> None:
    name = parse_name(said)
    assert {p: " | ".join(getattr(name, p)) for p in PARTS if getattr(name, p)} == parts
    assert name.said == said
    assert PersonName.from_json(name.to_json()) == name


def test_from_json__names_what_is_no_part() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        PersonName.from_json({"said": "Ahmad", "shoe_size": 43})


@pytest.mark.parametrize(
    ("said", "script"),
    [("أحمد", "Arab"), ("Ahmad", "Latn"), ("Ahmad أحمد", "mixed"), ("", ""), ("12", "")],
)
def test_script__of_what_was_written(said: str, script: str) -> None:
    assert parse_name(said).script == script


@pytest.mark.parametrize(
    ("arabic", "latin", "unsure"),
    [
        ("محمد خالد الخلف", "Muhammad Khalid al-Khalaf", ()),
        ("عبد الرحمن", "Abd al-Rahman", ()),
        ("عبدالله", "Abdallah", ()),
        ("أبو أحمد", "Abu Ahmad", ()),
        ("صلاح الدين", "Salah al-Din", ()),
        ("خالد بن الوليد", "Khalid bin al-Walid", ()),
        ("العُجَيْلي", "al-Ujayli", ()),
        ("الواوي", "al-Wawi", ()),
        ("غانم", "Ghanam", ("Ghanam",)),
        ("الكعكجي", "al-Kaakaji", ("al-Kaakaji",)),
        ("حَمْزَة", "Hamza", ()),
        ("قَاضِي", "Qadi", ()),
        ("Ahmad", "Ahmad", ()),
    ],
)
def test_transliterate__by_rule(arabic: str, latin: str, unsure: tuple[str, ...]) -> None:
    found = transliterate(arabic)
    assert (found.text, found.unsure) == (latin, unsure)
    assert found.scheme == (SCHEME if arabic != latin else "")


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("Ahmad Khalaf", "Ahmad Khalaf", 1.0, 1.0),
        ("Hussein Khalaf", "حسين الخلف", 0.95, 0.99),
        ("Ahmed Mohamed Khalaf", "أحمد محمد خلف", 0.95, 0.99),
        ("Wawi", "الواوي", 0.85, 0.95),
        ("Khalaf Ahmad", "Ahmad Khalaf", 0.85, 0.95),
        ("Hussein Khalaf", "Hasan Khalaf", 0.5, 0.85),
        ("Abd al-Rahman", "Abu Rahman", 0.0, 0.0),
        ("Zuhair", "خلف", 0.0, 0.5),
        ("", "Ahmad", 0.0, 0.0),
        ("", "", 0.0, 0.0),
    ],
)
def test_compare_names__likeness(one: str, other: str, low: float, high: float) -> None:
    value = compare_names(parse_name(one), parse_name(other)).value
    assert low <= value <= high
    assert compare_names(parse_name(other), parse_name(one)).value == value


def test_compare_names__says_which_parts() -> None:
    found = compare_names(parse_name("أحمد محمد خلف"), parse_name("Ahmad Ali Khalaf"))
    parts = dict(found.parts)
    assert parts["given"] == parts["family"] == 0.97
    assert parts["father"] < 0.7


def test_key__is_found_by_search() -> None:
    key = parse_name("حسين الخلف، والدته فاطمة").key
    for query in ("Hosayn Khalaf", "Fatma", "حسين"):
        assert all(any(word in key for word in each) for each in search_words(query))


@given(st.text(max_size=40) | st.lists(st.sampled_from(
    "Abu Abd al- bin أحمد عبد الله أبو «الصقر» والدته : Khalaf ، son of الدين نور".split()
)).map(" ".join))  # fmt: skip
def test_names__any_text_is_kept_and_compared(said: str) -> None:
    name = parse_name(said)
    assert name.said == said
    assert 0 <= compare_names(name, parse_name("Hussein Khalaf")).value <= 1
    assert compare_names(name, name).value in (0, 1) or not name.written()
    assert PersonName.from_json(name.to_json()) == name
    assert isinstance(transliterate(name.full).text, str)
