"""Search across spellings and scripts: what finds what, and what must stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.notation.folding import fold, search_key, search_words
from forename.notation.name_variants import AFTER_ABD, BEFORE_ALLAH, BEFORE_DIN, NAMES
from forename.notation.name_words import name_words


def finds(query: str, *texts: str) -> bool:
    key = search_key(texts)
    return all(any(spelling in key for spelling in each) for each in search_words(query))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Al-Raqqa\n City ", "al-raqqa city"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("أحمد إبراهيم آدم ٱلله", "احمد ابراهيم ادم الله"),
        ("مصطفى فاطمة", "مصطفي فاطمه"),
        ("٢٠١٧ ۲۰۱۷", "2017 2017"),
        ("Ḥusayn ʿAlī Saʾīd O’Neil", "husayn ali said oneil"),
        ("Straße ﷲ", "strasse الله"),
        ("\u200fعلاء\u200e", "علا"),
        ("RAQ-2017-00042/B3", "raq-2017-00042/b3"),
        ("", ""),
    ],
)
def test_fold__one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded


SAME = [
    "Hussein Hosayn Husayn حسين Hussain Houssein حُسَين",
    "Muhammad Mohamed Mohammad Mohammed محمد محمّد",
    "Ahmad Ahmed أحمد احمد",
    "Khalid Khaled خالد",
    "Yusuf Youssef Yousef Yousif يوسف",
    "Khalaf خلف الخلف Al-Khalaf Alkhalaf",
    "Wawi الواوي al-Wawi واوي",
    "Raqqa الرقة ar-Raqqah Rakka",
    "Noureddine Nuruddin",
    "Jubouri الجبوري Al-Juburi Jabouri",
    "Fatima Fatmeh فاطمة Fatemeh",
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda line: line.split()[0])
def test_search__any_spelling_finds_any_other(spellings: str) -> None:
    names = spellings.split()
    missed = [(q, t) for q in names for t in names if not finds(q, f"site 12, {t}, reported")]
    missed_short = [(q, t) for q in names for t in names if not finds(q, t)]
    # Jabouri and Jubouri differ in a vowel: within one script only the spelling counts.
    allowed = {"Jabouri", "Al-Juburi", "Jubouri"}
    assert [m for m in missed + missed_short if not set(m) <= allowed] == []


JOINED = [
    ["Abdulrahman", "Abd al-Rahman", "Abdel Rahman", "عبد الرحمن", "عبدالرحمن", "Abd ar-Rahman",
     "Abdur-Rahman", "Abderrahmane", "Abdul Rahman"],
    ["Abu Ahmad", "أبو أحمد", "Abou Ahmed", "Abu Ahmed", "ابو احمد"],
    ["Abdullah", "عبد الله", "عبدالله", "Abd Allah", "Abdallah", "Abdalla"],
    ["Nour al-Din", "نور الدين", "Noureddine", "Nur ed-Din", "Noor Eldin"],
    ["Umm Khaled", "أم خالد", "Um Khalid"],
    ["Abu Abd al-Rahman", "أبو عبد الرحمن", "Abu Abdulrahman"],
    ["Nasrallah", "نصر الله", "Nasr Allah"],
]  # fmt: skip


@pytest.mark.parametrize("names", JOINED, ids=lambda names: names[0])
def test_search__names_of_several_words(names: list[str]) -> None:
    assert [(q, t) for q in names for t in names if not finds(q, "x", t, "7")] == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Abu Rahman", "Abd al-Rahman Khalaf"),
        ("Abd al-Rahman", "Abu Rahman"),
        ("أبو الرحمن", "عبد الرحمن"),
        ("عبد الرحمن", "أبو رحمن"),
        ("Abu Ahmad", "Umm Ahmad"),
        ("Hasan", "حسين"),
        ("Hussein", "حسن"),
        ("Hussein", "Hasan"),
        ("Mahmoud", "محمد"),
        ("Alaa", "عبد الله"),
        ("Qasim", "جاسم"),
        ("Khalaf", "خالد"),
    ],
)
def test_search__different_names_stay_apart(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Ahmed", "أبو أحمد"),
        ("rahman", "عبد الرحمن"),
        ("abu", "أبو أحمد"),
        ("أبو", "Abu Ahmad"),
        ("Khalid bin al-Walid", "خالد الوليد"),
        ("خالد بن الوليد", "Khaled ibn al-Walid"),
        ("hussein khalaf", "خلف، حسين"),
        ("huss", "Hussein"),
        ("raq-2017-00042", "bag RAQ-2017-00042/B3"),
        ("٠٠٠٤٢", "RAQ-2017-00042"),
        ("mid-October", "found mid-october 2017"),
        ("south of the village", "a field south of the village"),
        ("bin 12", "bone bin 12"),
        ("36.2021", "36.2021, 37.1343"),
        ("100%", "100% sure"),
        ("مقبرة", "مقبرة جماعية"),
        ("جماعية المقبرة", "المقبرة الجماعية"),
    ],
)
def test_search__words_codes_and_parts(query: str, text: str) -> None:
    assert finds(query, text)


def test_search__every_word_has_to_be_found() -> None:
    assert not finds("bone bin 12", "bone 12")
    assert not finds("hussein khalaf", "حسين")
    assert search_words("  ") == []


def test_search_key__prose_words_are_no_names() -> None:
    key = search_key(["Bodies were found by Hosayn near the road"])
    assert "<husayn>" in key
    assert "<road>" not in key
    assert search_key(["", "a"]).startswith("a")


def test_variants__one_spelling_belongs_to_one_name() -> None:
    for table in (NAMES, AFTER_ABD, BEFORE_DIN, BEFORE_ALLAH):
        owners: dict[str, set[str]] = {}
        for line in table.strip().splitlines():
            key, _, spellings = line.partition(":")
            for spelling in spellings.split():
                owners.setdefault(fold(spelling), set()).add(key)
        assert {s: o for s, o in owners.items() if len(o) > 1} == {}


@pytest.mark.parametrize(
    ("table", "latin", "arabic", "key_form"),
    [
        pytest.param(NAMES, "{}", "{}", "{}", id="names"),
        pytest.param(AFTER_ABD, "Abd al-{}", "عبد ال{}", "abd {}", id="abd"),
        pytest.param(BEFORE_DIN, "{} al-Din", "{} الدين", "{} din", id="din"),
        pytest.param(BEFORE_ALLAH, "{}allah", "{} الله", "{} allah", id="allah"),
    ],
)
def test_variants__every_spelling_has_its_key(
    table: str, latin: str, arabic: str, key_form: str
) -> None:
    wrong = []
    for line in table.strip().splitlines():
        key, _, spellings = line.partition(":")
        for spelling in spellings.split():
            form = arabic if "\u0600" < spelling[0] < "\u06ff" else latin
            text = form.format(spelling).replace("الالله", "الله")
            found = name_words(text)[0].key
            if found != key_form.format(key):
                wrong.append((text, found))
    assert wrong == []


@given(st.text(max_size=60))
def test_search__a_text_finds_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert finds(text, text)


@given(st.lists(st.sampled_from("Abu Abd al Rahman حسين بن Khalaf - 12 و ' عبد الله din".split())))
def test_search__words_of_names_find_themselves(words: list[str]) -> None:
    text = " ".join(words)
    assert finds(text, text)
