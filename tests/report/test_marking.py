"""The help in marking: single rules by hand, and the published figures computed again."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.report.marking import (
    KINDS,
    filled_in,
    plain,
    propose,
    propose_claims,
    sentences,
)

FOLDER = Path(__file__).parent / "texts"
SECOND, THIRD = FOLDER / "second", FOLDER / "third"
PAGE = Path(__file__).parents[2] / "docs" / "methods" / "claim-marking.md"
LETTERS = {kind[0]: kind for kind in KINDS}
GAZETTEER = (FOLDER / "places.txt").read_text(encoding="utf-8").splitlines()


def _annotated(path: Path) -> tuple[str, list[tuple[str, int, int]]]:
    """Return a text without its marks, and the marks as (kind, start, end)."""
    raw = path.read_text(encoding="utf-8")
    text, place = "", 0
    marks = []
    for match in re.finditer(r"\{([ndpoau])\|([^}]*)\}", raw):
        text += raw[place : match.start()]
        marks.append((LETTERS[match[1]], len(text), len(text) + len(match[2])))
        text += match[2]
        place = match.end()
    return text + raw[place:], marks


def figures(folder: Path) -> dict[tuple[str, str], Counter[str]]:
    """Return counts by (language, kind): marked, proposed, right, found, exact."""
    gazetteer = (folder / "places.txt").read_text(encoding="utf-8").splitlines()
    counts = {(lang, kind): Counter() for lang in ("en", "ar") for kind in KINDS}
    for path in sorted(folder.glob("*-*.txt")):
        text, marks = _annotated(path)
        found = set()
        for each in propose(text, gazetteer):
            fitting = [
                m for m in marks if m[0] == each.kind and m[1] < each.end and each.start < m[2]
            ]
            here = counts[path.name[:2], each.kind]
            here["proposed"] += 1
            here["right"] += bool(fitting)
            here["exact"] += (each.kind, each.start, each.end) in fitting
            found.update(fitting)
        for mark in marks:
            here = counts[path.name[:2], mark[0]]
            here["marked"] += 1
            here["found"] += mark in found
    return counts


def table(folder: Path) -> str:
    """Return the figures as the page states them."""
    lines = []
    counts = figures(folder)
    for lang, name in (("en", "English"), ("ar", "Arabic")):
        rows = [(kind, counts[lang, kind]) for kind in KINDS]
        rows.append(("**all**", sum((c for _, c in rows), Counter())))
        for kind, c in rows:
            shares = (
                c["right"] / c["proposed"],
                c["found"] / c["marked"],
                c["exact"] / c["proposed"],
            )
            numbers = " | ".join(f"{share:.2f}" for share in shares)
            lines.append(f"| {name} | {kind} | {c['marked']} | {c['proposed']} | {numbers} |")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("folder", "texts"), [(FOLDER, 10), (SECOND, 10), (THIRD, 5)], ids=["first", "second", "third"]
)
def test_figures__are_those_of_the_page(folder: Path, texts: int) -> None:
    assert len(list(folder.glob("en-*.txt"))) == len(list(folder.glob("ar-*.txt"))) == texts
    assert table(folder) in PAGE.read_text(encoding="utf-8"), table(folder)


def _found(text: str, kind: str) -> list[str]:
    return [each.words for each in propose(text, GAZETTEER) if each.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("They lifted 115 bodies, according to it.", "number", ["115 bodies"]),
        ("It lies 25 km south.", "number", ["25 km"]),
        ("In 2017 it began.", "number", []),
        ("Found in 2017 there.", "date", ["in 2017"]),
        ("It may be so in May.", "date", ["in May"]),
        ("on 3 March 2019", "date", ["on 3 March 2019"]),
        ("رفعت في ٣ آذار ٢٠١٩ الجثث", "date", ["في ٣ آذار ٢٠١٩"]),
        ("The outlet, citing the Ministry of Health, wrote", "attribution", ["citing", "wrote"]),
        ("نقلاً عن وكالةٍ لم تسمَّ", "attribution", ["نقلاً عن"]),
        ("وبحسب الشهود", "attribution", ["بحسب"]),
        ("it was not clear who", "uncertainty", ["it was not clear"]),
        ("ولم يتّضح من قتلهم", "uncertainty", ["لم يتّضح"]),
        ("near Tell Amira.", "place", ["Tell Amira"]),
        ("بتل أميرة ووادي سمرة", "place", ["تل أميرة", "وادي سمرة"]),
        ("Tell Amirable", "place", []),
        ("north of al-Rastan Plain", "place", ["al-Rastan Plain"]),
        ("in the village of Ayn Zahra al-Gharbiya", "place", ["Ayn Zahra"]),
        ("في قرية تل الرماد أمس", "place", ["تل الرماد"]),
        ("قرب المدينة", "place", []),
        ("at least 400 prisoners", "number", ["at least 400 prisoners"]),
        ("between 30 and 40 trucks came", "number", ["between 30 and 40 trucks"]),
        ("in 2017 officials came", "number", []),
        ("for 15 days and 3 weeks", "number", []),
        ("the toll had risen to 94.", "number", ["94"]),
        ("dozens of families fled", "number", ["dozens of families"]),
        ("مئة وخمسة عشر مقاتلا أسروا", "number", ["مئة وخمسة عشر مقاتلا"]),
        ("كيسان وامرأتان", "number", ["كيسان", "امرأتان"]),
        ("بعد ١٢ يوما", "number", []),
        ("ما يصل إلى 150 جثة", "number", ["ما يصل إلى 150 جثة"]),
        ("قبل ثلاثة أيام", "date", ["قبل ثلاثة أيام"]),
        ("فجر الثاني من شباط", "date", ["فجر الثاني من شباط"]),
        ("could not be confirmed", "attribution", []),
        ("نقلت الجثث إلى المشفى", "attribution", []),
        ("نقلت الوكالة عن مصدر", "attribution", ["نقلت", "عن"]),
        ("the officials put the number of dead at 12", "attribution", ["put", "at"]),
        ("تعذر على الوكالة التحقق من ذلك", "uncertainty", ["تعذر على الوكالة التحقق"]),
        ("There was no immediate confirmation", "uncertainty", ["no immediate confirmation"]),
        ("انتشلت فرقه الجثث", "organisation", []),
        ("The SDF said DNA was taken", "organisation", ["The SDF"]),
        ("the Ministry of Local Administration said", "organisation",
         ["the Ministry of Local Administration"]),
        ("أعلن الدفاع المدني", "organisation", ["الدفاع المدني"]),
        ("", "number", []),
    ],
)  # fmt: skip
def test_propose__single_rules(text: str, kind: str, found: list[str]) -> None:
    assert _found(text, kind) == found


def test_propose__a_date_says_what_it_was_read_as() -> None:
    (day,) = [p for p in propose("seen on 3 March 2019") if p.kind == "date"]
    assert day.meaning == "2019-03-03"
    (day,) = [p for p in propose("seen yesterday") if p.kind == "date"]
    assert day.meaning == ""  # no guessed day


@given(st.text(alphabet="جُثة 0123٣ﷺ.İßتل أميرةaOct11,(\n😀-", max_size=80))
def test_propose__places_are_those_of_the_words(text: str) -> None:
    end = 0
    for each in propose(text, GAZETTEER):
        assert text[each.start : each.end] == each.words != ""
        assert each.start >= end
        end = each.end
    seen = plain(text)
    assert len(seen.text) == len(seen.places)


def test_sentences__an_abbreviated_month_ends_none() -> None:
    text = "On Oct. 11 it began. Then?\nNext"
    assert [text[a:b] for a, b in sentences(text)] == ["On Oct. 11 it began.", "Then?", "Next"]


def test_propose_claims__what_of_a_claim_could_be_filled_in() -> None:
    text = "Sun shone. The Civil Defence said 115 bodies lay in Tell Amira on 3 March 2019. Bye."
    proposals = propose(text, GAZETTEER)
    (claim,) = propose_claims(text, proposals)
    assert claim.words == text[11:-5]
    assert filled_in(proposals, claim.start, claim.end) == {
        "asked": "how_many", "low": "115", "high": "115", "unit": "bodies", "value": "115 bodies",
        "place": "Tell Amira", "observed": "on 3 March 2019", "cited": "The Civil Defence",
    }  # fmt: skip
    assert filled_in(proposals, 0, 10) == {}


def test_propose__a_long_row_of_digits_is_no_number() -> None:
    text = f"Invented key {'9' * 400}, {'9' * 400} km away; 23 bodies."
    numbers = [text[p.start : p.end] for p in propose(text, ()) if p.kind == "number"]
    assert numbers == ["23 bodies"]
