"""A hidden record is nowhere: generated for every kind, role and path."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import models
from django.urls import get_resolver, reverse
from openpyxl import load_workbook
from tests.web.invented import World
from tests.web_fixtures import Operations

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY, Role
from forename.audit.models import Record
from forename.audit.recording import revise
from forename.records.kinds import Kind, kind_of, registered
from forename.records.models import StoredFile

get_resolver().url_patterns  # noqa: B018 - rooms make their kinds known as addresses load
HIDDEN, OPEN = "qzhidden", "qzopen"
OUTSIDE = tuple(sorted(set(Role) - INQUIRY))


@pytest.fixture
def worlds(operations: Operations) -> tuple[World, World]:
    """An open and a hidden record of every kind; every open one has pointed to hidden ones."""
    user = operations.people["own", "investigator"]
    opened = World(operations.own, user, OPEN, hidden=False)
    hidden = World(operations.own, user, HIDDEN, hidden=True)
    for kind in registered():
        record = opened.record(kind.model)
        opened.file_of(record)
        hidden.file_of(hidden.record(kind.model))
        for field in kind.model._meta.concrete_fields:
            related: Any = field.related_model
            if field.name == "accepted_position":  # by rule one of the site's own
                continue
            if not (field.null and isinstance(related, type) and issubclass(related, Record)):
                continue
            record = revise(
                record, {field.name: hidden.record(related)}, by=opened.by,
                action="tests.point", seen_version=record.version,
            )  # fmt: skip
    return opened, hidden


def _not_open(worlds: tuple[World, World], actor: Actor) -> dict[str, str]:
    """Return the keys of the records that an actor may not see, with their kinds."""
    hidden = [
        record
        for world in worlds
        for record in world.made.values()
        if kind_of(record) is not None
        and not type(record).objects.visible_to(actor).filter(pk=record.pk).exists()
    ]
    return {str(record.pk): record.type_name() for record in hidden}


def test_kind__that_hides_rows_can_be_hidden_here(
    worlds: tuple[World, World], operations: Operations
) -> None:
    actor = operations.actor("custodian")
    for kind in registered():
        if kind.model.hidden_from(actor) == models.Q(pk__in=[]):
            continue
        shown = kind.visible(actor).filter(pk=worlds[1].record(kind.model).pk)
        assert not shown.exists(), f"say in invented.py how {kind.model.type_name()} is hidden"


@pytest.mark.parametrize("role", OUTSIDE)
def test_hidden_record__is_on_no_path(
    role: str, worlds: tuple[World, World], operations: Operations
) -> None:
    actor = operations.actor(role)
    keys = _not_open(worlds, actor)
    codes = [
        record.code
        for record in worlds[1].made.values()
        if str(record.pk) in keys and getattr(record, "code", "")
    ]
    leaks = []
    for kind in registered():
        for where, body in _answers(kind, operations, role, keys):
            leaks += [f"{where} names {keys[key]}" for key in keys if key in body]
            leaks += [f"{where} has the code {code}" for code in codes if code in body]
    assert not leaks, "\n".join(leaks[:40])


def _answers(
    kind: Kind, operations: Operations, role: str, keys: dict[str, str]
) -> list[tuple[str, str]]:
    browser, actor = operations.browser(role), operations.actor(role)
    page = reverse(kind.list_name, args=["own"])
    api = f"/api/o/own/{kind.room}/{kind.path}/"
    exports = [f"{page}export/{form}/" for form in ("csv", "xlsx")]
    if not actor.may(kind.model.readable_by):
        for address in (page, api, *exports):
            assert browser.get(address).status_code == 404, address
        return []
    if kind.geometry is not None:
        exports.append(f"{page}export/geojson/")
    addresses = [page, api, f"{page}?q={HIDDEN}", f"{api}?q={HIDDEN}", *exports]
    visible = list(kind.visible(actor))
    assert json.loads(_text(browser.get(api)))["count"] == len(visible), f"{api} counts too many"
    for record in visible:
        addresses += [f"{page}{record.pk}/", f"{api}{record.pk}/", f"{api}{record.pk}/history/"]
    for key in (key for key, what in keys.items() if what == kind.model.type_name()):
        for address in (f"{page}{key}/", f"{api}{key}/", f"{api}{key}/history/"):
            assert browser.get(address).status_code == 404, address
    return [(address, _text(browser.get(address))) for address in addresses]


@pytest.mark.parametrize("role", OUTSIDE)
def test_file__of_a_hidden_record_is_not_sent(
    role: str, worlds: tuple[World, World], operations: Operations
) -> None:
    actor, browser = operations.actor(role), operations.browser(role)
    kept = 0
    for file in StoredFile.objects.exclude(record_type=""):
        kind = kind_of(file.record_type)
        if kind is not None and kind.visible(actor).filter(pk=file.record_id).exists():
            continue
        kept += 1
        for address in (f"/o/own/file/{file.pk}/", f"/api/o/own/file/{file.pk}/"):
            assert browser.get(address).status_code == 404, (role, file.record_type)
    assert kept > 3


def test_inquiry__sees_what_is_hidden_from_others(
    worlds: tuple[World, World], operations: Operations
) -> None:
    """The tests above would also pass if nothing were shown to anybody."""
    page = operations.browser("coordinator").get("/o/own/report/claims/").content.decode()
    assert HIDDEN in page
    position = worlds[0].record(worlds[0].made["site.positionclaim"].__class__)
    history = operations.browser("coordinator").get(f"/o/own/site/positions/{position.pk}/")
    assert HIDDEN in history.content.decode()


def _text(answer: Any) -> str:
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        sheet: Any = load_workbook(io.BytesIO(data)).worksheets[0]
        return str([[cell.value for cell in row] for row in sheet.iter_rows()])
    return str(data.decode())
