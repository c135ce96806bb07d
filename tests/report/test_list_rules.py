"""Headers of victim lists, two editions compared, one person on several lists."""

from __future__ import annotations

from typing import Any

from forename.notation.names import parse_name
from forename.report.list_columns import fields_of, read_rows
from forename.report.list_rules import Entry, compare_editions, grounds_for


def _entry(key: int, name: str, others: dict[str, str] | None = None, **values: str) -> Entry:
    return Entry(key, {"name": name, **values}, parse_name(name), others or {})


def _states(before: list[Entry], after: list[Entry]) -> list[tuple[Any, ...]]:
    return [
        (c.state, c.before.key if c.before else None, c.after.key if c.after else None)
        for c in compare_editions(before, after)
    ]


def test_fields_of__headers_in_both_languages() -> None:
    assert fields_of(["No.", "Full Name", "AGE", "Village", "Shoe size"]) == [
        "number", "name", "age", "origin", "",
    ]  # fmt: skip
    assert fields_of(["الرقم", "الاسم", "العمر", "اسم الأب", "الكنية", "البلدة"]) == [
        "number", "name", "age", "father", "family", "origin",
    ]  # fmt: skip


def test_read_rows__parts_columns_make_the_name() -> None:
    rows, problems = read_rows(
        1, ["الاسم الأول", "اسم الأب", "الكنية", "الحذاء"], [(2, ["سامي", "خالد", "المخترع", "42"])]
    )
    assert problems == []
    assert rows[0].values == {"name": "سامي خالد المخترع"}
    assert rows[0].parts["given"] == ["سامي"]
    assert rows[0].parts["family"] == ["المخترع"]
    assert rows[0].others == {"الحذاء": "42"}


def test_read_rows__problems_say_where() -> None:
    headers = ["name", "age", "full name"]
    cells = [
        (2, ["Invented One", "131", ""]),
        (4, ["", "7", ""]),
        (5, ["Invented Two", "about 30", ""]),
        (6, ["Invented Three", "--5", ""]),  # words, not a number
        (7, ["Invented Four", "-5", ""]),
        (8, ["Invented Five", "9" * 5000, ""]),
    ]
    _rows, problems = read_rows(1, headers, cells)
    assert [(p.line, p.column, p.rule) for p in problems] == [
        (1, 3, "twice"),
        (2, 2, "age"),
        (4, 0, "no_name"),
        (7, 2, "age"),
        (8, 2, "too_long"),
        (8, 2, "age"),
    ]
    assert read_rows(1, ["shoe"], [])[1][0].rule == "no_name_column"


def test_compare_editions__added_gone_changed_moved() -> None:
    one = [
        _entry(1, "Sami Khalid", age="20"),
        _entry(2, "Nizar Hamdan", age="30"),
        _entry(3, "Rami Salloum", age="40"),
        _entry(4, "Walid Kanaan", age="50"),
    ]
    two = [
        _entry(12, "Nizar Hamdan", age="30"),
        _entry(13, "Rami Salloum", age="41"),
        _entry(11, "Sami Khalid", age="20"),
        _entry(15, "Bilal Darwish", age="60"),
    ]
    assert _states(one, two) == [
        ("same", 2, 12),
        ("changed", 3, 13),
        ("moved", 1, 11),
        ("added", None, 15),
        ("gone", 4, None),
    ]
    (changed,) = [c for c in compare_editions(one, two) if c.state == "changed"]
    assert [(c.field, c.before, c.after) for c in changed.changes] == [("age", "40", "41")]


def test_compare_editions__a_new_spelling_is_a_change() -> None:
    one = [_entry(1, "Hussein Khalid al-Invented")]
    two = [_entry(2, "Hosayn Khaled al-Invented")]
    (line,) = compare_editions(one, two)
    assert line.state == "changed"
    assert line.changes[0].field == "name"


def test_compare_editions__two_people_of_one_name_stay_two() -> None:
    one = [_entry(1, "Sami Khalid"), _entry(2, "Sami Khalid")]
    assert _states(one, [_entry(3, "Sami Khalid")]) == [("same", 1, 3), ("gone", 2, None)]
    assert _states(one, []) == [("gone", 1, None), ("gone", 2, None)]
    assert _states([], one) == [("added", None, 1), ("added", None, 2)]


def test_compare_editions__a_line_before_all_moves_nothing_else() -> None:
    one = [_entry(n, name) for n, name in enumerate(("Sami Khalid", "Nizar Hamdan"), 1)]
    two = [_entry(9, "Bilal Darwish", number="1"), *one]
    assert _states(one, two) == [("added", None, 9), ("same", 1, 1), ("same", 2, 2)]


def test_grounds_for__what_agrees_and_what_speaks_against() -> None:
    one = _entry(1, "Hussein Khalid", age="20", sex="male", origin="Invented village")
    like = grounds_for(one, _entry(2, "حسين خالد", age="22", sex="ذكر", origin="Invented village"))
    assert like is not None
    assert like.agrees == ("age", "sex", "origin")
    unlike = grounds_for(one, _entry(3, "Hosayn Khaled", age="60"))
    assert unlike is not None
    assert unlike.differs == ("age",)
    assert like.order < unlike.order
    assert grounds_for(one, _entry(4, "Bilal Darwish")) is None
