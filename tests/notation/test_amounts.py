"""Numbers and amounts in words and digits, English and Arabic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.notation.amounts import UNITS, Amount, every_amount, read_amount, says_what
from forename.notation.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("115 sets", [115]), ("1,500", [1500]), ("1٬500", [1500]), ("١٬٥٠٠", [1500]),
        ("1,500,000", [1500000]), ("3.5 km", [3.5]), ("٣٫٥ كم", [3.5]), ("2,5", [2.5]),
        ("one hundred and fifteen", [115]), ("twenty-three", [23]), ("two dozen", [24]),
        ("two thousand three hundred and four", [2304]), ("a hundred", [100]),
        ("six or seven", [6, 7]), ("one two three", [1, 2, 3]),
        ("مئة وخمس عشرة", [115]), ("خمسة عشر", [15]), ("إحدى عشرة", [11]), ("اثنتا عشرة", [12]),
        ("ثلاثمئة وعشرون", [320]), ("ثلاث مئة", [300]), ("ألف وخمسمئة", [1500]),
        ("خمسة آلاف ومئتان", [5200]), ("تسعة وتسعون", [99]), ("عشرون", [20]), ("ألفان", [2000]),
        ("RAQ-2017-00042/B3", []), ("no numbers", []), ("", []), ("20-30", [20, 30]),
    ],
)  # fmt: skip
def test_find_numbers__values(text: str, values: list[float]) -> None:
    found = find_numbers(text)
    assert [number.value for number in found] == values
    assert all(text[number.start : number.end] == number.words for number in found)


# text | value | low | high | unit ("-" for none)
TABLE = """
115 sets of remains | 115 | 115 | 115 | unknown
115 bodies | 115 | 115 | 115 | bodies
56 unidentified bodies | 56 | 56 | 56 | bodies
one body | 1 | 1 | 1 | bodies
up to 50 body parts | 50 | - | 50 | parts
3 bones | 3 | 3 | 3 | parts
12 body bags | 12 | 12 | 12 | bags
40 forensic cases | 40 | 40 | 40 | cases
a minimum number of individuals (MNI) of 37 | 37 | 37 | 37 | minimum number
MNI 37 | 37 | 37 | 37 | minimum number
23 bodies were identified | 23 | 23 | 23 | identified
identified 5 | 5 | 5 | 5 | identified
300 people are still missing | 300 | 300 | 300 | missing
more than 3,000 missing people | - | 3001 | - | missing
between 20 and 30 bodies | - | 20 | 30 | bodies
20-30 bodies | - | 20 | 30 | bodies
20 to 30 bodies | - | 20 | 30 | bodies
at least 40 corpses | 40 | 40 | - | bodies
fewer than 10 bodies | - | - | 9 | bodies
about 1,500 bodies | 1500 | - | - | bodies
dozens of bodies | - | 20 | - | bodies
several bodies | - | 3 | - | bodies
hundreds of people | - | 200 | - | unknown
5 civilians | 5 | 5 | 5 | unknown
نحو 1,500 جثة | 1500 | - | - | bodies
مئة وخمس عشرة جثة | 115 | 115 | 115 | bodies
ما لا يقل عن ٤٠ جثة | 40 | 40 | - | bodies
عشرون جثة على الأقل | 20 | 20 | - | bodies
بين 20 و30 جثة | - | 20 | 30 | bodies
ما بين 20 إلى 30 جثة | - | 20 | 30 | bodies
جثتان | 2 | 2 | 2 | bodies
عشرات الجثث | - | 20 | - | bodies
خمسة عشر جثمانا | 15 | 15 | 15 | bodies
15 كيساً | 15 | 15 | 15 | bags
تم التعرف على 23 جثة | 23 | 23 | 23 | identified
300 مفقود | 300 | 300 | 300 | missing
الحد الأدنى لعدد الأفراد هو 37 | 37 | 37 | 37 | minimum number
رفات 12 | 12 | 12 | 12 | unknown
أكثر من 200 شخص | - | 201 | - | unknown
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


def _number(cell: str) -> int | None:
    return None if cell == "-" else int(cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_read_amount__table(row: tuple[str, ...]) -> None:
    text, value, low, high, unit = row
    found = read_amount(text).amount
    assert found is not None
    assert (found.value, found.low, found.high) == (_number(value), _number(low), _number(high))
    assert found.unit == unit
    assert found.words == text[found.start : found.end]
    assert ("amount-unit" in {r.code for r in found.remarks}) == (unit == "unknown")
    assert Amount.from_json(found.to_json()) == found


def test_every_amount__that_says_what_was_counted() -> None:
    text = (
        "On 12 May 2017 the team recovered 23 bodies and at least 12 bags so far; in the same "
        "month another 5 bodies came. Room 7 holds none."
    )
    found = [each for each in every_amount(text) if says_what(each)]
    assert [(a.words, a.unit) for a in found] == [
        ("23 bodies", "bodies"), ("at least 12 bags", "bags"), ("5 bodies", "bodies"),
    ]  # fmt: skip
    assert [[r.code for r in a.remarks] for a in found] == [
        ["amount-so-far"], ["amount-so-far"], ["amount-added"],
    ]  # fmt: skip
    assert all(text[a.start : a.end] == a.words for a in found)
    arabic = "انتشل الفريق ٢٣ جثة وما لا يقل عن 12 كيسا حتى الآن، وتم التعرف على خمس جثث."
    assert [(a.value, a.unit) for a in every_amount(arabic) if says_what(a)] == [
        (23, "bodies"), (12, "bags"), (5, "identified"),
    ]  # fmt: skip


@pytest.mark.parametrize("digit", ["9", "٩"])
@pytest.mark.parametrize("count", [16, 400, 5000])
def test_every_amount__takes_no_long_row_of_digits_for_a_number(digit: str, count: int) -> None:
    row = digit * count
    for text in (f"key {row} and 23 bodies", f"{row}-{row} and 23 bodies"):
        assert [(each.value, each.words) for each in every_amount(text)] == [(23, "23 bodies")]


def test_read_amount__none_and_limits() -> None:
    for text in ("", "many", "1.5 bodies"):
        reading = read_amount(text)
        assert reading.amount is None
        assert reading.problem is not None
        assert reading.problem.code == "amount-none"
    with pytest.raises(ValueError, match="no unit"):
        Amount("x", 1, 1, 1, "coffins")
    with pytest.raises(ValueError, match="below its beginning"):
        Amount("x", None, 3, 2)


@given(st.integers(1, 9_999_999), st.sampled_from(["bodies", "bags", "bones"]))
def test_amounts__a_written_number_is_read_back(value: int, noun: str) -> None:
    for shown in (f"{value:,}", str(value)):
        found = read_amount(f"{shown} {noun}").amount
        assert found is not None
        assert (found.value, found.low, found.high) == (value, value, value)
        assert found.unit in UNITS


@given(st.text(max_size=40) | st.lists(st.sampled_from(
    "12 20 - to between and و جثة bodies at least مئة خمسة عشر dozens of missing 3.5 MNI".split()
)).map(" ".join))  # fmt: skip
def test_amounts__any_text_keeps_its_words(text: str) -> None:
    for found in every_amount(text):
        assert text[found.start : found.end] == found.words
        assert found.low is None or found.high is None or found.low <= found.high
