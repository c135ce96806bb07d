"""Collect the messages of the web application and compile their Arabic catalogue.

`make messages` adds what the source says and the catalogue lacks (untranslated, for a person to
fill in), drops what nobody says any more, and writes django.mo from django.po.
"""

from __future__ import annotations

import ast
import calendar
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "forename"
CATALOGUE = SOURCE / "web" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

# Functions by their first message argument: whether a context comes first, whether a plural comes.
SINGULAR = {"_", "_now", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
# Messages of libraries whose Arabic differs from ours in its terms or has faults.
PASSWORDS = "django/contrib/auth/password_validation.py"
OF_PASSWORDS = [
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    (
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
]
OF_ALLAUTH = [
    "Activate Authenticator App",
    "Authenticator code",
    "Authenticator secret",
    "Cancel",
    "Change Password",
    "Deactivate",
    "Deactivate Authenticator App",
    "Download codes",
    "Email",
    "Email Address",
    "Email address",
    "Enter an authenticator code:",
    "Enter your password:",
    "Generate",
    "Generate new codes",
    "Incorrect code.",
    "Incorrect password.",
    "New Password (again)",
    "The email address and/or password you specified are not correct.",
    "Two-Factor Authentication",
    "Your account is protected by two-factor authentication. Please enter an authenticator code:",
]
METADATA = {
    "Project-Id-Version": "Forename",
    "Language": "ar",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}


@dataclass
class Message:
    """One text that the source gives for translation, and where it stands."""

    text: str
    plural: str = ""
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What tells this message from every other one in a catalogue."""
        return self.context, self.text


def _literals(call: ast.Call) -> list[str]:
    found = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        found.append(argument.value)
    return found


def _of_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = _literals(node)
        if name in SINGULAR and texts:
            yield Message(texts[0])
        elif name in PLURAL and len(texts) > 1:
            yield Message(texts[0], texts[1])
        elif name in CONTEXT and len(texts) > 1:
            yield Message(texts[1], context=texts[0])
        elif name in CONTEXT_PLURAL and len(texts) > 2:
            yield Message(texts[1], texts[2], texts[0])


def _of_template(source: str) -> Iterator[Message]:
    """Django turns a template into lines of calls, each alone parsable as Python."""
    calls = re.finditer(
        r"\b(?:gettext|ngettext|pgettext|npgettext)\((?:\s*u?'(?:[^'\\]|\\.)*'\s*,?"
        r'|\s*u?"(?:[^"\\]|\\.)*"\s*,?|[^()]*?)*\)',
        templatize(source),
    )
    for call in calls:
        yield from _of_python(call.group(0).strip())


def collect(root: Path = SOURCE) -> list[Message]:
    """Every message of the Python files and templates under `root`, in the order of their paths."""
    if not settings.configured:
        settings.configure()
    found: dict[tuple[str | None, str], Message] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("templates/**/*.*")]):
        if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
            continue
        text = path.read_text(encoding="utf-8")
        messages = _of_python(text) if path.suffix == ".py" else _of_template(text)
        for message in messages:
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            place = path.relative_to(root).as_posix()
            if place not in kept.places:
                kept.places.append(place)
    return [message for message in found.values() if message.text]


def of_libraries() -> list[Message]:
    """What Django and allauth say, and we say otherwise: months are Levantine, terms are ours."""
    months = [str(calendar.month_name[number]) for number in range(1, 13)]
    return [
        *(
            Message(month, context=context, places=["django/utils/dates.py"])
            for context in (None, "alt. month")
            for month in months
        ),
        *(Message(one, many, places=[PASSWORDS]) for one, many in OF_PASSWORDS),
        *(Message(text, places=["allauth"]) for text in OF_ALLAUTH),
    ]


def updated(catalogue: polib.POFile, messages: list[Message]) -> polib.POFile:
    """A catalogue with exactly `messages`, and the translations that `catalogue` has of them."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=98)
    fresh.header = "The Arabic of the web application. Terms: docs/glossary.md."
    fresh.metadata = METADATA
    for message in messages:
        entry = polib.POEntry(
            msgid=message.text,
            msgctxt=message.context,
            occurrences=[(place, "") for place in message.places],
        )
        old = known.get(message.key)
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = (old.msgstr_plural if old else {}) or dict.fromkeys(range(6), "")
        elif old:
            entry.msgstr = old.msgstr
        fresh.append(entry)
    return fresh


def main() -> int:
    """Bring the catalogue up to date and compile it; 1 where a message has no Arabic."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    fresh = updated(old, collect() + of_libraries())
    fresh.save(str(CATALOGUE))
    fresh.save_as_mofile(str(COMPILED))
    missing = [entry.msgid for entry in fresh if not entry.translated()]
    for text in missing:
        sys.stdout.write(f"without Arabic: {text}\n")
    sys.stdout.write(f"{len(fresh)} messages, {len(missing)} without Arabic\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
