"""Dates as they are said: expected values worked out by hand, bounds compared with the library."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from forename.notation.calendar_words import ARABIC_MONTHS, ENGLISH_MONTHS, MONTHS
from forename.notation.date_wording import edtf_in_words, in_words
from forename.notation.dates import SaidDate, read_date, said_date
from forename.notation.remarks import Remark, codes

# said | EDTF | earliest | latest ("-" for none)
ONE_READING = """
2017 | 2017 | 2017-01-01 | 2017-12-31
October 2017 | 2017-10 | 2017-10-01 | 2017-10-31
3 Oct. 2017 | 2017-10-03 | 2017-10-03 | 2017-10-03
October 3rd, 2017 | 2017-10-03 | 2017-10-03 | 2017-10-03
on the third of February 2015 | 2015-02-03 | 2015-02-03 | 2015-02-03
2015-02-03 | 2015-02-03 | 2015-02-03 | 2015-02-03
25/3/2016 | 2016-03-25 | 2016-03-25 | 2016-03-25
1/1/2017 | 2017-01-01 | 2017-01-01 | 2017-01-01
15/تموز/2014 | 2014-07-15 | 2014-07-15 | 2014-07-15
15 / تموز / ٢٠١٤ | 2014-07-15 | 2014-07-15 | 2014-07-15
15-Jul-2014 | 2014-07-15 | 2014-07-15 | 2014-07-15
1/كانون الأول/2013 | 2013-12-01 | 2013-12-01 | 2013-12-01
2014/تموز/15 | 2014-07-15 | 2014-07-15 | 2014-07-15
تموز/2014 | 2014-07 | 2014-07-01 | 2014-07-31
15 تموز/2014 | 2014-07-15 | 2014-07-15 | 2014-07-15
3/رمضان/1435 | [2014-06-29..2014-07-01] | 2014-06-29 | 2014-07-01
15/تموز/2014 - 3/آب/2014 | 2014-07-15/2014-08-03 | 2014-07-15 | 2014-08-03
15 July-20 August 2014 | 2014-07-15/2014-08-20 | 2014-07-15 | 2014-08-20
29.2.2016 | 2016-02-29 | 2016-02-29 | 2016-02-29
10/2017 | 2017-10 | 2017-10-01 | 2017-10-31
2015/2/3 | 2015-02-03 | 2015-02-03 | 2015-02-03
Friday 13 October 2017 | 2017-10-13 | 2017-10-13 | 2017-10-13
٣ شباط ٢٠١٥ | 2015-02-03 | 2015-02-03 | 2015-02-03
الثالث من شباط 2015 | 2015-02-03 | 2015-02-03 | 2015-02-03
الخامس والعشرون من أيار 2016 | 2016-05-25 | 2016-05-25 | 2016-05-25
10 تشرين الأول/أكتوبر 2017 | 2017-10-10 | 2017-10-10 | 2017-10-10
10 تشرين الأول (أكتوبر) 2017 | 2017-10-10 | 2017-10-10 | 2017-10-10
شهر 10 عام 2017 | 2017-10 | 2017-10-01 | 2017-10-31
في شهر تشرين ثاني من عام ٢٠١٦ | 2016-11 | 2016-11-01 | 2016-11-30
كانون الأوّل 2013 | 2013-12 | 2013-12-01 | 2013-12-31
آب 2014 | 2014-08 | 2014-08-01 | 2014-08-31
يوم الجمعة 13 تشرين الأول 2017 | 2017-10-13 | 2017-10-13 | 2017-10-13
21 Aug 2013 at 2:30 am | 2013-08-21 | 2013-08-21 | 2013-08-21
2014-03-12T10:30Z | 2014-03-12 | 2014-03-12 | 2014-03-12
2013/08/21 ~ 02:30 | 2013-08-21 | 2013-08-21 | 2013-08-21
في 21 آب 2013 الساعة 3 صباحاً | 2013-08-21 | 2013-08-21 | 2013-08-21
فجر 5 أيار 2014 | 2014-05-05 | 2014-05-05 | 2014-05-05
at 5 May 2014 | 2014-05-05 | 2014-05-05 | 2014-05-05
the night of 20-21 August 2013 | 2013-08-20/2013-08-21 | 2013-08-20 | 2013-08-21
on the night between 20 and 21 August 2013 | [2013-08-20..2013-08-21] | 2013-08-20 | 2013-08-21
the night of 31 December 2013 | [2013-12-31..2014-01-01] | 2013-12-31 | 2014-01-01
ليلة 20 آب 2013 | [2013-08-19..2013-08-21] | 2013-08-19 | 2013-08-21
around midnight on 1 May 2014 | [2014-04-30..2014-05-02] | 2014-04-30 | 2014-05-02
mid-October 2017 | [2017-10-09..2017-10-23] | 2017-10-09 | 2017-10-23
in the middle of October 2017 | [2017-10-09..2017-10-23] | 2017-10-09 | 2017-10-23
منتصف تشرين الأول 2017 | [2017-10-09..2017-10-23] | 2017-10-09 | 2017-10-23
early February 2016 | [2016-02-01..2016-02-12] | 2016-02-01 | 2016-02-12
أواخر شباط 2016 | [2016-02-19..2016-02-29] | 2016-02-19 | 2016-02-29
late 2017 | [2017-09..2017-12] | 2017-09-01 | 2017-12-31
نهاية عام 2017 | [2017-09..2017-12] | 2017-09-01 | 2017-12-31
mid 2014 | [2014-04..2014-09] | 2014-04-01 | 2014-09-30
the first half of 2017 | [2017-01..2017-06] | 2017-01-01 | 2017-06-30
last week of October 2017 | [2017-10-25..2017-10-31] | 2017-10-25 | 2017-10-31
الأسبوع الأول من تشرين الأول 2017 | [2017-10-01..2017-10-07] | 2017-10-01 | 2017-10-07
spring 2017 | 2017-21 | 2017-03-01 | 2017-05-31
in the summer of 2014 | 2014-22 | 2014-06-01 | 2014-08-31
خريف 2016 | 2016-23 | 2016-09-01 | 2016-11-30
ربيع 2017 | 2017-21 | 2017-03-01 | 2017-05-31
winter 2016-2017 | [2016-12..2017-02] | 2016-12-01 | 2017-02-28
winter 2015/16 | [2015-12..2016-02] | 2015-12-01 | 2016-02-29
by April 2018 | [..2018-04] | - | 2018-04-30
بحلول نيسان 2018 | [..2018-04] | - | 2018-04-30
before 2018 | [..2017] | - | 2017-12-31
before April 2018 | [..2018-03] | - | 2018-03-31
before 1 March 2016 | [..2016-02-29] | - | 2016-02-29
before the end of 2017 | [..2017-12-30] | - | 2017-12-30
قبل نهاية 2017 | [..2017-12-30] | - | 2017-12-30
after 31 December 2016 | [2017-01-01..] | 2017-01-01 | -
after October 2017 | [2017-11..] | 2017-11-01 | -
since June 2014 | 2014-06/.. | 2014-06-01 | -
منذ حزيران 2014 | 2014-06/.. | 2014-06-01 | -
until 2017 | ../2017 | - | 2017-12-31
no later than mid-October 2017 | [..2017-10-23] | - | 2017-10-23
around 2014 | 2014~ | 2013-01-01 | 2015-12-31
c. 2014 | 2014~ | 2013-01-01 | 2015-12-31
حوالي تشرين الأول 2017 | 2017-10~ | 2017-09-01 | 2017-11-30
around 3 February 2015 | 2015-02-03~ | 2015-01-27 | 2015-02-10
2014? | 2014? | 2014-01-01 | 2014-12-31
ربما 2014 | 2014? | 2014-01-01 | 2014-12-31
possibly around 2014 | 2014% | 2013-01-01 | 2015-12-31
the 1980s | 198X | 1980-01-01 | 1989-12-31
2014 or 2015 | [2014,2015] | 2014-01-01 | 2015-12-31
between March and May 2017 | [2017-03..2017-05] | 2017-03-01 | 2017-05-31
بين آذار وأيار 2017 | [2017-03..2017-05] | 2017-03-01 | 2017-05-31
ما بين عامي 2014 و 2017 | [2014..2017] | 2014-01-01 | 2017-12-31
from 3 to 7 May 2016 | 2016-05-03/2016-05-07 | 2016-05-03 | 2016-05-07
3-7 May 2016 | 2016-05-03/2016-05-07 | 2016-05-03 | 2016-05-07
من 3 إلى 7 أيار 2016 | 2016-05-03/2016-05-07 | 2016-05-03 | 2016-05-07
2014-2015 | 2014/2015 | 2014-01-01 | 2015-12-31
May 2017 - June 2018 | 2017-05/2018-06 | 2017-05-01 | 2018-06-30
from mid-October to December 2017 | 2017-10-09/2017-12 | 2017-10-09 | 2017-12-31
12 October | XXXX-10-12 | - | -
أيار | XXXX-05 | - | -
رمضان 1438 | [2017-05-26..2017-06-25] | 2017-05-26 | 2017-06-25
Ramadan 2017 | [2017-05-26..2017-06-25] | 2017-05-26 | 2017-06-25
15 رمضان 1438 هـ | [2017-06-09..2017-06-11] | 2017-06-09 | 2017-06-11
after Ramadan 1438 | [2017-06-24..] | 2017-06-24 | -
بعد رمضان 1438 | [2017-06-24..] | 2017-06-24 | -
قبل رمضان 1438 | [..2017-05-27] | - | 2017-05-27
أوائل رمضان 1438 | [2017-05-26..2017-06-08] | 2017-05-26 | 2017-06-08
عيد الفطر 2017 | [2017-06-24..2017-06-28] | 2017-06-24 | 2017-06-28
Eid al-Adha 1438 | [2017-08-31..2017-09-05] | 2017-08-31 | 2017-09-05
1438 هـ | [2016-10-01..2017-09-21] | 2016-10-01 | 2017-09-21
1438 AH | [2016-10-01..2017-09-21] | 2016-10-01 | 2017-09-21
15 رمضان 1438 الموافق 10 حزيران 2017 | 2017-06-10 | 2017-06-10 | 2017-06-10
2017-10-15/2017-11 | 2017-10-15/2017-11 | 2017-10-15 | 2017-11-30
2017-10~ | 2017-10~ | 2017-09-01 | 2017-11-30
[2017-10-09..2017-10-23] | [2017-10-09..2017-10-23] | 2017-10-09 | 2017-10-23
201X-10-12 | 201X-10-12 | 2010-10-12 | 2019-10-12
"""
TABLE = [tuple(c.strip() for c in line.split(" | ")) for line in ONE_READING.strip().splitlines()]


def _shown(day: date | None) -> str:
    return day.isoformat() if day else "-"


@pytest.mark.parametrize(("said", "edtf", "earliest", "latest"), TABLE)
def test_read_date__one_reading(said: str, edtf: str, earliest: str, latest: str) -> None:
    reading = read_date(said)
    assert reading.problem is None
    assert reading.date is not None, reading.readings
    found = reading.date
    assert (found.edtf, _shown(found.earliest), _shown(found.latest)) == (edtf, earliest, latest)
    assert found.said == said


@pytest.mark.parametrize("edtf", sorted({row[1] for row in TABLE}))
def test_edtf__the_library_reads_it_with_the_same_bounds(edtf: str) -> None:
    row = next(row for row in TABLE if row[1] == edtf)
    parsed = parse_edtf(edtf)
    for shown, bound in ((row[2], parsed.lower_strict), (row[3], parsed.upper_strict)):
        if shown == "-":
            continue
        library, ours = date(*bound()[:3]), date.fromisoformat(shown)
        if "~" in edtf or "%" in edtf:  # ours holds what "around" adds
            assert ours <= library if bound == parsed.lower_strict else ours >= library
        else:
            assert ours == library


@pytest.mark.parametrize(
    ("said", "edtfs", "code"),
    [
        ("12/3/2016", ["2016-03-12", "2016-12-03"], "date-order"),
        ("١٢/٣/٢٠١٦", ["2016-03-12", "2016-12-03"], "date-order"),
        ("٢٠١٥/٢/٣", ["2015-02-03", "2015-03-02"], "date-order"),
        ("13/3/16", ["2016-03-13", "1916-03-13"], "date-two-digit-year"),
        ("تشرين 2017", ["2017-10", "2017-11"], "date-month-twice"),
        ("كانون 2017", ["2017-12", "2017-01"], "date-month-twice"),
        ("winter 2017", ["[2016-12..2017-02]", "[2017-12..2018-02]"], "date-winter"),
        ("شتاء 2017", ["[2016-12..2017-02]", "[2017-12..2018-02]"], "date-winter"),
        ("1438", ["1438", "[2016-10-01..2017-09-21]"], "date-calendar"),
        ("before 4/5/2017", ["[..2017-05-03]", "[..2017-04-04]"], "date-order"),
    ],
)
def test_read_date__every_reading_is_offered_and_none_chosen(
    said: str, edtfs: list[str], code: str
) -> None:
    reading = read_date(said)
    assert [each.edtf for each in reading.readings] == edtfs
    assert reading.date is None
    assert reading.ambiguous
    assert all(code in {note.code for note in each.notes} for each in reading.readings)


@pytest.mark.parametrize(
    ("said", "code", "part"),
    [
        ("", "date-empty", ""),
        ("  ", "date-empty", ""),
        ("31 February 2017", "date-impossible", ""),
        ("30/2/2017", "date-impossible", ""),
        ("45/45/2017", "date-impossible", "45/45/2017"),
        ("30 February", "date-impossible", ""),
        ("yesterday", "date-relative", "yesterday"),
        ("last week", "date-relative", "last"),
        ("two days ago", "date-relative", "ago"),
        ("قبل ثلاثة أيام", "date-relative", "أيام"),
        ("12:30", "date-no-date", ""),
        ("منذ سنتين", "date-relative", "سنتين"),
        ("the battle in 2017", "date-unknown-word", "battle"),
        ("شُبّاااط 2017", "date-unknown-word", "شُبّاااط"),
        ("Ramadan", "date-no-year", ""),
        ("summer", "date-no-year", ""),
        ("before May", "date-no-year", ""),
        ("mid-May", "date-no-year", ""),
        ("1 Ramadan 1600", "date-hijri-range", ""),
        ("1 Ramadan 1501", "date-hijri-range", ""),
        ("from 2017 to 2014", "date-backwards", ""),
        ("14", "date-unknown-word", ""),
        ("on the", "date-no-date", ""),
        ("2017-13-45", "date-impossible", "2017-13-45"),
        ("[2017..", "date-unknown-word", "["),
    ],
)
def test_read_date__what_cannot_be_read_says_why(said: str, code: str, part: str) -> None:
    reading = read_date(said)
    assert reading.readings == ()
    assert reading.problem is not None
    assert reading.problem.code == code
    if part:
        assert said[reading.problem.start : reading.problem.end] == part


def test_read_date__a_weekday_decides_or_is_remarked_on() -> None:
    # 4 May 2017 was a Thursday, 5 April 2017 a Wednesday.
    found = read_date("Thursday 4/5/2017").date
    assert found is not None
    assert found.edtf == "2017-05-04"
    wrong = read_date("Monday 13 October 2017").date
    assert wrong is not None
    assert "date-weekday" in {note.code for note in wrong.notes}
    right = read_date("Friday 13 October 2017").date
    assert right is not None
    assert right.notes == ()


@pytest.mark.parametrize("number", range(1, 13))
def test_read_date__every_name_of_a_month(number: int) -> None:
    for name in MONTHS[number].split("|"):
        found = read_date(f"7 {name} 2016").date
        assert found is not None, name
        assert found.edtf == f"2016-{number:02}-07"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("edtf", sorted({row[1] for row in TABLE if "201X-" not in row[1]}))
def test_in_words__read_back(edtf: str, language: str) -> None:
    worded = edtf_in_words(edtf, language)
    assert worded != edtf or edtf == "2017"
    if edtf.startswith("XXXX") or edtf == "198X":
        return
    readings = [each.edtf for each in read_date(worded).readings]
    # "not before May" opens a set or an interval: both say the same.
    same = {edtf, edtf.replace("..]", "/..").replace("[", "")}
    assert same & set(readings), (worded, readings)


def test_in_words__both_languages() -> None:
    kept = said_date("٣ شباط ٢٠١٥", "2015-02-03")
    assert in_words(kept) == "3 February 2015"
    assert in_words(kept, "ar") == "3 شباط 2015"
    assert edtf_in_words("[2017-10-09..2017-10-23]") == "between 9 October 2017 and 23 October 2017"
    assert edtf_in_words("[..2018-04]", "ar") == "بحلول نيسان 2018"
    assert edtf_in_words("Y17E7") == "Y17E7"
    assert edtf_in_words("XXXX-10-12") == "12 October, year not said"


def test_said_date__a_chosen_reading() -> None:
    chosen = said_date("12/3/2016", "2016-12-03")
    assert (chosen.said, chosen.earliest) == ("12/3/2016", date(2016, 12, 3))
    own = said_date("when the dates were ripe", "2016-09/2016-10")
    assert (own.said, own.edtf, own.latest) == (
        "when the dates were ripe", "2016-09/2016-10", date(2016, 10, 31),
    )  # fmt: skip
    with pytest.raises(ValueError, match="EDTF"):
        said_date("12/3/2016", "12/3/2016")


def test_said_date__json_and_limits() -> None:
    for row in TABLE:
        found = read_date(row[0]).date
        assert found is not None
        assert SaidDate.from_json(found.to_json()) == found
    with pytest.raises(ValueError, match="before it begins"):
        SaidDate("x", "2017", date(2017, 1, 2), date(2017, 1, 1))


def test_remarks__worded_in_both_languages() -> None:
    for code in codes():
        values = {"word": "w", "date": "d", "part": "p", "km": "5", "one": "1", "other": "3"}
        each = Remark(code, tuple(values.items()))
        assert each.in_words("en") != each.in_words("ar")
        assert "{" not in each.in_words("en") + each.in_words("ar")
        assert Remark.from_json(each.to_json()) == each
    with pytest.raises(ValueError, match="no-such"):
        Remark("no-such")


DAYS = st.dates(date(1200, 1, 1), date(2200, 12, 31)).filter(
    lambda day: day.year not in range(1343, 1501)
)


@given(DAYS, st.sampled_from(["en", "ar"]))
def test_dates__a_day_written_in_words_is_read_back(day: date, language: str) -> None:
    found = read_date(edtf_in_words(day.isoformat(), language)).date
    assert found is not None
    assert (found.edtf, found.earliest, found.latest) == (day.isoformat(), day, day)


@given(
    st.sampled_from(
        "early |mid |late |by |before |after |around |since |first half of |".split("|")
    ),
    st.sampled_from([*ENGLISH_MONTHS, *ARABIC_MONTHS, ""]),
    st.integers(1900, 2100),
)
def test_dates__earliest_is_not_after_latest(how: str, month: str, year: int) -> None:
    for each in read_date(f"{how}{month} {year}").readings:
        assert each.earliest is None or each.latest is None or each.earliest <= each.latest
        parse_edtf(each.edtf)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_dates__a_range_has_the_bounds_of_its_ends(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = read_date(f"from {first:%d %B %Y} to {last:%d %B %Y}").date
    assert found is not None
    assert (found.earliest, found.latest) == (first, last)


@given(st.text(max_size=40) | st.lists(st.sampled_from(
    "by between and 3 12 2017 1438 رمضان تشرين mid- / - .. ~ ? winter before الموافق و 20".split()
)).map(" ".join))  # fmt: skip
def test_read_date__any_words_get_an_answer(said: str) -> None:
    reading = read_date(said)
    assert bool(reading.readings) == (reading.problem is None)
    if reading.problem is not None:
        assert 0 <= reading.problem.start <= reading.problem.end <= len(said)


def test_read_date__a_word_is_quoted_as_it_was_written() -> None:
    problem = read_date("بداية الثورة").problem
    assert problem is not None
    assert problem.in_words("ar") == "لم يُفهم «\u2068الثورة\u2069» كجزء من تاريخ."
