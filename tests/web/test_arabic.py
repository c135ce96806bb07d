"""The Arabic of the web application: every message, its places, its plurals, what is compiled."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext, pgettext
from scripts.messages import CATALOGUE, COMPILED, collect, of_libraries, updated

PLACES = re.compile(r"%\(\w+\)[a-z]|%s|%d|%%|\{\w*\}")
ARABIC_LETTER = re.compile("[\u0621-\u064a]")
LATIN_LETTER = re.compile("[A-Za-z]")
# Names of notations are the same in every language.
SAME_IN_BOTH = {"UTM", "MGRS", "Plus code"}


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_catalogue__has_every_message_and_no_other() -> None:
    said = {message.key for message in collect() + of_libraries()}
    held = {(entry.msgctxt, entry.msgid) for entry in catalogue()}
    assert (sorted(map(str, said - held)), sorted(map(str, held - said))) == ([], [])


def test_catalogue__every_message_is_translated_and_none_is_doubtful() -> None:
    entries = catalogue()
    assert [entry.msgid for entry in entries if not entry.translated()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert [
        entry.msgid
        for entry in entries
        if entry.msgid not in SAME_IN_BOTH
        and LATIN_LETTER.search(PLACES.sub("", entry.msgid))
        and not all(
            ARABIC_LETTER.search(each)
            for each in (entry.msgstr_plural or {0: entry.msgstr}).values()
        )
    ] == []


def test_catalogue__keeps_the_places_of_every_message() -> None:
    # None, one and two are words of their own in Arabic, so that the number may be left out there.
    wrong = []
    for entry in catalogue():
        wanted = sorted(PLACES.findall(entry.msgid_plural or entry.msgid))
        for form, text in (entry.msgstr_plural or {3: entry.msgstr}).items():
            found = sorted(PLACES.findall(text))
            if found != wanted and not (form < 3 and set(found) <= set(wanted)):
                wrong.append((entry.msgid, form))
    assert wrong == []


def test_catalogue__has_the_six_plural_forms_of_arabic() -> None:
    entries = catalogue()
    assert entries.metadata["Plural-Forms"].startswith("nplurals=6;")
    assert [
        entry.msgid
        for entry in entries
        if entry.msgid_plural and sorted(entry.msgstr_plural) != [0, 1, 2, 3, 4, 5]
    ] == []


def test_catalogue__compiled_file_is_that_of_the_catalogue(tmp_path: Path) -> None:
    catalogue().save_as_mofile(str(tmp_path / "django.mo"))
    assert COMPILED.read_bytes() == (tmp_path / "django.mo").read_bytes()


def test_catalogue__isolates_are_closed() -> None:
    for entry in catalogue():
        for text in (entry.msgstr_plural or {0: entry.msgstr}).values():
            assert text.count("\u2066") + text.count("\u2068") == text.count("\u2069"), entry.msgid


def test_collect__reads_calls_and_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "rules.py").write_text(
        'a = _("One")\nb = ngettext("%(n)s pit", "%(n)s pits", 2)\nc = pgettext("north", "N")\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}{% translate "Its words" %}{% translate "N" context "north" %}'
        "{% blocktranslate count n=n %}{{ n }} pit{% plural %}{{ n }} pits{% endblocktranslate %}"
    )
    found = {(each.context, each.text, each.plural) for each in collect(tmp_path)}
    assert found == {
        (None, "One", ""),
        (None, "%(n)s pit", "%(n)s pits"),
        ("north", "N", ""),
        (None, "Its words", ""),
    }


def test_updated__keeps_what_is_said_and_leaves_new_messages_empty(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text('a = _("Kept")\nb = _("New")\n')
    old = polib.POFile()
    old.append(polib.POEntry(msgid="Kept", msgstr="محفوظ"))
    old.append(polib.POEntry(msgid="No longer said", msgstr="لم يعد يقال"))
    fresh = updated(old, collect(tmp_path))
    assert [(entry.msgid, entry.msgstr) for entry in fresh] == [("Kept", "محفوظ"), ("New", "")]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "لا أقوال"),
        (1, "قول واحد"),
        (2, "قولان"),
        (3, "%(count)s أقوال"),
        (10, "%(count)s أقوال"),
        (11, "%(count)s قولًا"),
        (99, "%(count)s قولًا"),
        (100, "%(count)s قول"),
        (103, "%(count)s أقوال"),
    ],
)
def test_ngettext__takes_the_arabic_form_of_the_number(number: int, words: str) -> None:
    with translation.override("ar"):
        assert ngettext("%(count)s claim", "%(count)s claims", number) == words


def test_date__has_the_levantine_month() -> None:
    with translation.override("ar"):
        assert date_format(date(2026, 11, 23), "j F Y") == "23 تشرين الثاني 2026"


def test_gettext__finds_the_catalogue() -> None:
    with translation.override("ar"):
        assert gettext("claims") == "الأقوال"
        assert pgettext("north", "N") == "ش"
