"""Victim lists, their entries, and views on entries that may mean one person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.models import Record
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Filter, Kind, Step, choice_filter
from forename.records.said_dates import date_cell
from forename.records.withdrawing import WITHDRAWN, stands
from forename.report.actions.lists import (
    KEEPERS,
    claim_membership,
    correct_list,
    judge_pair,
    read_name,
    receive_list,
    revise_pair,
    take_list_over,
    withdraw_membership,
)
from forename.report.forms.lists import (
    MembershipForm,
    NamePartsForm,
    SameForm,
    SameRevisionForm,
    VictimListCorrectionForm,
    VictimListForm,
)
from forename.report.list_queries import views_of
from forename.report.models import Incident, Membership, SamePerson, VictimEntry, VictimList

MOST_CHOICES = 300
SHOWN_ENTRIES = 100
PART_LABELS = {
    "given": _("given name"),
    "father": _("father"),
    "grandfather": _("grandfather"),
    "family": _("family"),
    "kunya": _("kunya"),
    "nom_de_guerre": _("nom de guerre"),
    "laqab": _("laqab"),
    "mother": _("mother"),
}


def part_cell(part: str) -> Any:
    """Return a column's value function for a part of a name."""
    return lambda entry: " / ".join(entry.parts.get(part, ()))


def _others(entry: Any) -> str:
    return "\n".join(f"{header}: {cell}" for header, cell in entry.others.items())


def _code_filter(model: type[Record], field: str, name: str, label: Any) -> Filter:
    """Return a filter by the code of the record that a field names."""

    def choices(actor: Actor) -> list[tuple[str, Any]]:
        rows = model.objects.visible_to(actor).order_by("code")[:MOST_CHOICES]
        return [(each.code, f"{each} ({each.code})") for each in rows]

    return Filter(
        name, label, choices, lambda rows, value: rows.filter(**{f"{field}__code": value})
    )


def _list_context(actor: Actor, victim_list: Any) -> dict[str, Any]:
    entries = VictimEntry.objects.visible_to(actor).filter(victim_list=victim_list)
    lists = VictimList.objects.visible_to(actor).select_related("operation")
    return {
        "entries": entries.select_related("operation").order_by("line")[:SHOWN_ENTRIES],
        "more": max(0, victim_list.entries_count - SHOWN_ENTRIES),
        "later": lists.filter(edition_of=victim_list).order_by("created_at"),
        "may_import": actor.may(INQUIRY) and not victim_list.entries_count,
        "may_open_file": actor.may(INQUIRY),
    }


def _entry_context(actor: Actor, entry: Any) -> dict[str, Any]:
    memberships = Membership.objects.visible_to(actor).filter(entry=entry)
    views = views_of(actor, [entry.pk]).values()
    return {
        "parts": [
            (PART_LABELS[part], " / ".join(entry.parts[part]))
            for part in PART_LABELS
            if entry.parts.get(part)
        ],
        "memberships": memberships.select_related(
            "operation", "incident__operation", "claim__operation"
        ).order_by("created_at"),
        "views": [(v, v.other if v.one_id == entry.pk else v.one) for v in views],
        "may_judge": actor.may(KEEPERS),
    }


LISTS = Kind(
    VictimList,
    "lists",
    _("victim list"),
    _("victim lists"),
    empty=_("Victim lists are received here, each with its source and its edition."),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("title", _("title"), "title"),
        Column("source", _("source"), "source"),
        Column("edition", _("edition"), "edition"),
        Column("received", _("received"), date_cell("received"), "received"),
        Column("entries", _("entries"), "entries_count"),
        Column("incident", _("incident"), "incident"),
    ),
    facts=(
        Column("title", _("title"), "title"),
        Column("source", _("source"), "source"),
        Column("edition", _("edition"), "edition"),
        Column("received", _("received"), date_cell("received"), "received"),
        Column("incident", _("incident"), "incident"),
        Column("edition_of", _("edition before"), "edition_of"),
        Column("entries", _("entries"), "entries_count"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "incident__operation", "edition_of__operation", "file"
    ),
    template="report/victim_list.html",
    context=_list_context,
    imported_by="receive",
    events={take_list_over.name: _("Take the lines over from a file")},
    steps=(
        Step("receive", _("Record a victim list"), receive_list, VictimListForm, creates=True),
        Step("correct", _("Correct"), correct_list, VictimListCorrectionForm),
    ),
)


def _parts_in_words(parts: dict[str, list[str]]) -> str:
    said = (
        f"{PART_LABELS[part]}: {' / '.join(parts[part])}" for part in PART_LABELS if parts.get(part)
    )
    return " · ".join(said)


ENTRIES = Kind(
    VictimEntry,
    "entries",
    _("entry of a victim list"),
    _("entries of victim lists"),
    empty=_("Entries come with a victim list: open “Victim lists” to receive one."),
    worded={"parts": _parts_in_words},
    columns=(
        Column("name", _("name as written"), "name"),
        Column("list", _("list"), "victim_list"),
        Column("line", _("line"), "line"),
        Column("number", _("number on the list"), "number", ltr=True),
        Column("age", _("age"), "age"),
        Column("sex", _("sex"), "sex", exported_only=True),
        Column("born", _("born"), "born", exported_only=True),
        Column("origin", _("origin"), "origin"),
        Column("note", _("note"), "note", exported_only=True),
        *(
            Column(part, label, part_cell(part), exported_only=True)
            for part, label in PART_LABELS.items()
        ),
        Column("others", _("further columns"), _others, "others", exported_only=True),
    ),
    facts=(
        Column("name", _("name as written"), "name"),
        Column("list", _("list"), "victim_list"),
        Column("line", _("line"), "line"),
        Column("number", _("number on the list"), "number", ltr=True),
        Column("age", _("age"), "age"),
        Column("sex", _("sex"), "sex"),
        Column("born", _("born"), "born"),
        Column("origin", _("origin"), "origin"),
        Column("note", _("note"), "note"),
        Column("others", _("further columns"), _others, "others"),
    ),
    filters=(_code_filter(VictimList, "victim_list", "list", _("list")),),
    order=("created_at",),  # list by list, line by line
    rows=lambda rows: rows.select_related(
        "operation", "victim_list__operation", "victim_list__incident__operation"
    ),
    template="report/victim_entry.html",
    context=_entry_context,
    events={take_list_over.name: _("Take the lines over from a file")},
    in_menu=False,
    steps=(
        Step("parts", _("Correct the parts of the name"), read_name, NamePartsForm),
        Step(
            "member", _("Add what a claim says of this person"), claim_membership, MembershipForm,
            prefilled=("claim", "incident"),
        ),
        Step(
            "same", _("One person or two?"), judge_pair, SameForm,
            when=lambda _actor, _entry: False,  # offered beside a proposal
            prefilled=("other",), template="report/list_judge.html",
        ),
    ),
)  # fmt: skip
MEMBERSHIPS = Kind(
    Membership,
    "memberships",
    _("claim on a victim"),
    _("claims on victims"),
    empty=_("What is claimed of a victim is recorded on the page of an entry of a victim list."),
    columns=(
        Column("entry", _("entry"), "entry"),
        Column("stance", _("what is said"), "stance"),
        Column("incident", _("incident"), "incident"),
        Column("claim", _("claim"), "claim"),
        Column("reason", _("why"), "reason"),
        WITHDRAWN,
    ),
    filters=(
        choice_filter(Membership, "stance"),
        _code_filter(Incident, "incident", "incident", _("incident")),
    ),
    rows=lambda rows: rows.select_related(
        "operation", "entry__operation", "incident__operation", "claim__operation"
    ),
    in_menu=False,
    steps=(Step("withdraw", _("Withdraw"), withdraw_membership, ReasonForm, when=stands),),
)
SAME = Kind(
    SamePerson,
    "same",
    _("view on two entries"),
    _("views on entries that may mean one person"),
    empty=_(
        "Whether two entries mean one person is answered on the page of an entry of a victim "
        "list."
    ),
    columns=(
        Column("one", _("entry"), "one"),
        Column("one_list", _("list"), lambda pair: pair.one.victim_list),
        Column("other", _("other entry"), "other"),
        Column("other_list", _("other list"), lambda pair: pair.other.victim_list),
        Column("verdict", _("view"), "verdict"),
        Column("reason", _("why"), "reason"),
        Column("by", _("recorded by"), "created_by"),
    ),
    filters=(choice_filter(SamePerson, "verdict"),),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "one__operation", "other__operation",
        "one__victim_list__operation", "other__victim_list__operation",
    ),
    in_menu=False,
    steps=(Step("revise", _("Revise the view"), revise_pair, SameRevisionForm),),
)  # fmt: skip
