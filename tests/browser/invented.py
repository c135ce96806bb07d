"""An invented operation with a record of nearly every kind, made by the rooms' own actions.

`python -m tests.browser.invented`, with FORENAME_HOME, prints the addresses of its pages as JSON.
"""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import date, timedelta
from typing import Any

PASSWORD = "seven invented stones"
WHEN = {
    "said": "late 2017", "edtf": "[2017-09..2017-12]", "earliest": "2017-09-01",
    "latest": "2017-12-31", "calendar": "gregorian", "notes": [],
}  # fmt: skip
LIST = "No,Name,Age,Village\n1,Hussein Khalid Invented,20,Nowhere\n2,نزار المخترع,30,القرية\n"
LATER = "No,Name,Age,Village\n1,Husayn Khalid Invented,21,Nowhere\n2,Bilal Invented,60,\n"


def main() -> None:
    """Make the operation and print the addresses."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "forename.web.settings"
    import django

    django.setup()
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - rooms make their kinds known as addresses load
    actors = _people()
    reports = _reports(actors)
    sites = _sites(actors, reports)
    json.dump(_addresses(actors, {**reports, **sites}), sys.stdout)


def _people() -> dict[str, Any]:
    from django.contrib.auth.hashers import make_password

    from forename.accounts.access import actor_in, system_actor
    from forename.accounts.actions import give_role, open_operation
    from forename.accounts.models import User
    from forename.accounts.rules import Role
    from forename.web.delays import FREE_FAILURES, SIGN_IN, count_failure

    whole = system_actor(None)
    pit = open_operation(whole, slug="pit", name="Invented pit", name_ar="حفرة مخترعة",
                         simulated=True, public_form=True)  # fmt: skip
    empty = open_operation(whole, slug="empty", name="Invented empty operation",
                           name_ar="عملية مخترعة فارغة", simulated=True)  # fmt: skip
    actors = {}
    password = make_password(PASSWORD)  # once: hashing is slow by intent
    for role in Role:
        user = User(email=f"{role}@pit.example", password=password, name=f"Invented {role}")
        user.save()
        for operation in (pit, empty):
            give_role(system_actor(operation), user, role)
        actors[str(role)] = actor_in(user, pit)
    for language in ("en", "ar"):
        email = f"two-steps-{language}@pit.example"
        user = User(email=email, password=password, name="Invented guest")
        user.save()
        give_role(system_actor(pit), user, Role.EXAMINER)
    for _ in range(FREE_FAILURES + 8):  # so many that the pause outlasts every test
        count_failure(SIGN_IN, "delayed@pit.example")
    return actors


def _reports(actors: dict[str, Any]) -> dict[str, Any]:
    from forename.report import actions as report
    from forename.report.actions.counts import record_count
    from forename.report.actions.incidents import add_alternative, allege_actor, record_incident
    from forename.report.actions.lists import (
        claim_membership,
        judge_pair,
        receive_list,
        stage_list,
        take_list_over,
    )  # fmt: skip
    from forename.report.actions.media import record_media
    from forename.report.models import VictimEntry
    from forename.report.public import new_key, tell_publicly

    by, other = actors["investigator"], actors["prosecutor"]
    told = report.record_report(
        by, channel="media", language="en", source="Invented Post", title="Bodies south of Suluk",
        text="Invented. About 50 bodies lie south of Suluk, said the agency, citing a field "
        "commander. Twelve bodies were taken away in late 2017, others said.",
    )  # fmt: skip
    report.record_report(
        by, channel="media", language="ar", source="خط مخترع",
        text="مخترع. قال قائد ميداني إن نحو خمسين جثة دفنت في حفرة جنوب القرية.",
    )  # fmt: skip
    tell_publicly(by, key=new_key(), text="مخترع: رأيت حفرة كبيرة.",
                  where_words="جنوب القرية")  # fmt: skip
    many = report.mark_claim(
        by, report=told, words="About 50 bodies", asked="how_many", low=50, high=50, unit="bodies",
        asserted_by="Invented Post (news outlet)",
        chain="Invented agency (news agency)\nField commander A (commander)", observed=WHEN,
    )  # fmt: skip
    few = report.mark_claim(
        by, report=told, words="Twelve bodies", asked="how_many", low=12, high=12, unit="bodies",
        asserted_by="Invented Post", chain="unnamed sources", observed=WHEN,
    )  # fmt: skip
    report.grade_claim(other, many, 1, reliability="C", credibility="4", rationale="Invented.")
    report.relate_claims(by, many, 1, relation="contradicts", other=few, reason="They exclude it.")
    question = report.ask_question(
        by, text="How many people lie in the pit?", kind="how_many", scope="The pit only.",
        answer_tested="About fifty",
    )  # fmt: skip
    report.place_claim(by, question, 1, claim=many, stance="for")
    report.place_claim(by, question, 1, claim=few, stance="against")
    report.establish(by, question, 1, value="14 bodies", definition="Whole skulls.", as_of=WHEN)
    for number, day in ((10, "2018-05-03"), (14, "2018-05-09")):
        as_of = {**WHEN, "said": day, "edtf": day, "earliest": day, "latest": day}
        record_count(by, unit="bodies", low=number, high=number, scope="pit 1", as_of=as_of,
                     counting="cumulative", definition="Invented: whole skulls.")  # fmt: skip
    incident = record_incident(by, title="Invented disappearance")
    add_alternative(by, incident, 1, claim=many, aspect="place", answer="south of Suluk")
    allege_actor(by, incident, 1, claim=many, name="Invented group", part="Drove.")
    entries = []
    for edition, table in (("first", LIST), ("second", LATER)):
        victims = receive_list(by, title="Invented list", source="Invented committee",
                               edition=edition, received=WHEN)  # fmt: skip
        batch = stage_list(by, victims, _upload(f"{edition}.csv", table.encode()))
        take_list_over(by, victims, batch, 1)
        entries.append(VictimEntry.objects.filter(victim_list=victims).order_by("line")[0])
    claim_membership(by, entries[0], 1, incident=incident, claim=many, stance="yes")
    judge_pair(by, entries[0], 1, other=entries[1], verdict="accepted", reason="Invented.")
    record_media(by, file=_upload("a.png", _picture()), title="Invented film still",
                 source="Invented telephone", description="Grey stripes.")  # fmt: skip
    return {"report": told, "claim": many}


def _sites(actors: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    from forename.site import actions as site
    from forename.site.models import Site

    lead, coordinator = actors["site_lead"], actors["coordinator"]
    pit = site.record_site(lead, name="Invented pit south of Suluk")

    def move(by: Any, rung: str) -> None:
        site.move_site(by, pit, Site.objects.get(pk=pit.pk).version, to_rung=rung, why="Invented.")

    phrase = {"words": "25 km south of Suluk", "anchor_at": (36.5953, 39.1283)}
    site.add_position(lead, pit, 1, **phrase, source="Invented Post", report=made["report"])
    point = site.add_position(lead, pit, 1, words="36.371234, 39.128345", source="Survey")
    site.accept_position(lead, pit, 1, position=point, reason="Seen on the ground; invented.")
    move(lead, "located")
    move(lead, "assessed")
    for role in ("investigator", "prosecutor"):
        site.confirm_assessment(actors[role], pit, 1, grounds="Seen; invented.")
    move(lead, "confirmed")
    move(lead, "secured")
    today = date.today()
    for kind in ("authority", "storage"):
        site.record_condition(
            coordinator, pit, 1, kind=kind, statement="Invented.", given_by="Invented office",
            given_on=today, document="12",
        )  # fmt: skip
    from django.utils import timezone

    for kind, words in (("visit", "Two people looked."), ("disturbance", "Fresh tracks.")):
        site.add_log_entry(lead, pit, 1, kind=kind, words=f"Invented: {words}",
                           happened=timezone.now() - timedelta(hours=1))  # fmt: skip
    for shade in ("gray", "silver"):
        site.add_image(
            lead, pit, 1, kind="ground", file=_upload("a.png", _picture(shade)), taken=WHEN,
            words=f"Invented, {shade}", source="Invented camera",
        )  # fmt: skip
    return {"site": pit, "grave": _grave(lead, pit)}


def _grave(lead: Any, pit: Any) -> Any:
    from forename.site.actions import record_context, record_grave, relate_context

    grave = record_grave(lead, site=pit, name="Invented grave", kind="mass", how_dug="machine",
                         origin=(36.371234, 39.128345), grid_bearing_deg=350.0)  # fmt: skip
    wide, narrow = ((0, 0), (5, 0), (5, 2), (0, 2)), ((1, 0.5), (4, 0.5), (4, 1.5), (1, 1.5))
    layer, cut, fill = (
        record_context(lead, grave=grave, number=number, kind=kind, top_m=top, bottom_m=top + 1,
                       outline=outline)
        for number, kind, top, outline in (
            ("1", "layer", 0.0, ()), ("2", "cut", 0.5, wide), ("3", "fill", 0.5, narrow),
        )
    )  # fmt: skip
    relate_context(lead, fill, 1, relation="fills", second=cut)
    relate_context(lead, cut, 1, relation="cuts", second=layer)
    return grave


def _picture(shade: str = "gray") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (400, 300), shade).save(out, "PNG")
    return out.getvalue()


def _upload(name: str, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data)


def _addresses(actors: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Return name → (role, address) of every list, page, form and special page."""
    from django.urls import reverse

    from forename.records.kinds import registered
    from forename.records.views import offered_steps

    found: dict[str, dict[str, tuple[str, str]]] = {"lists": {}, "pages": {}, "steps": {}}
    for kind in registered():
        for role in ("coordinator", "investigator", "site_lead"):
            actor, name = actors[role], kind.url_name
            record = kind.visible(actor).order_by("created_at").first()
            if actor.may(kind.model.readable_by):
                found["lists"].setdefault(name, (role, reverse(kind.list_name, args=["pit"])))
            if record is not None:
                found["pages"].setdefault(name, (role, kind.address(record)))
            for of in [None, record] if record is not None else [None]:
                for step in offered_steps(kind, actor, of):
                    keys = [] if of is None else [of.pk]
                    address = reverse(f"{name}-{step.name}", args=["pit", *keys])
                    found["steps"].setdefault(f"{name}-{step.name}", (role, address))
    return {**found, "special": _special(actors, made), "broken": _broken()}


def _broken() -> dict[str, str]:
    """Return the page that says that the program failed, in each language."""
    from django.test import RequestFactory
    from django.utils.translation import override

    from forename.web.errors import broken

    shown = {}
    for language in ("en", "ar"):
        with override(language):
            request: Any = RequestFactory().get("/broken/")
            request.LANGUAGE_CODE = language
            shown[language] = broken(request).content.decode()
    return shown


def _special(actors: dict[str, Any], made: dict[str, Any]) -> dict[str, tuple[str, str]]:
    from django.urls import reverse

    from forename.accounts.actions import invite
    from forename.accounts.rules import Role
    from forename.records.imports import stage_table
    from forename.records.jobs import ask_for
    from forename.records.kinds import kind_of
    from forename.records.tokens import make_token
    from forename.records.views import keep_view
    from forename.web.opening import let_open

    by = actors["coordinator"]
    site = kind_of(made["site"])
    assert site is not None
    make_token(by, name="Invented program", roles=[Role.COORDINATOR])
    keep_view(site, by, "Invented view", "status=secured")
    _, secret = invite(by, email="guest@pit.example", roles=[Role.EXAMINER])
    asked = {"kind": site.model.type_name(), "form": "csv", "query": {}, "name": "sites.csv"}
    job = ask_for(by, "export", "sites.csv", asked)
    wrong = stage_table(by, site, _upload("wrong.csv", b"name,status\n,\nInvented,nowhere\n"))
    right = stage_table(by, site, _upload("right.csv", "name\nInvented\nمخترع\n".encode()))
    pit, report, grave = made["site"].pk, made["report"].pk, made["grave"].pk
    return {
        "first": ("coordinator", "/o/pit/"),
        "home": ("coordinator", "/"),
        "tokens": ("coordinator", "/o/pit/tokens/"),
        "jobs": ("coordinator", "/o/pit/jobs/"),
        "job": ("coordinator", reverse("jobs-page", args=["pit", job.pk])),
        "invite": ("coordinator", "/o/pit/people/invite/"),
        "import": ("coordinator", reverse("site-sites-import", args=["pit"])),
        "import-wrong": (
            "coordinator",
            reverse("site-sites-import-preview", args=["pit", wrong.pk]),
        ),
        "import-right": (
            "coordinator",
            reverse("site-sites-import-preview", args=["pit", right.pk]),
        ),
        "marking": ("investigator", reverse("report-reports-marking", args=["pit", report])),
        "chart": ("investigator", reverse("report-counts-chart", args=["pit"])),
        "compare-images": ("site_lead", reverse("site-compare", args=["pit", pit])),
        "figures": ("coordinator", "/o/pit/figures/"),
        "map": ("coordinator", reverse("site-map", args=["pit"])),
        "gazetteer": ("site_lead", reverse("site-gazetteer", args=["pit"]) + "?q=Suluk"),
        "grave": ("site_lead", reverse("site-graves-page", args=["pit", grave])),
        "grave-plan": ("site_lead", reverse("site-grave-plan", args=["pit", grave])),
        "grave-diagram": ("site_lead", reverse("site-grave-sequence", args=["pit", grave])),
        "history": ("coordinator", kind_of(made["claim"]).address(made["claim"])),  # type: ignore[union-attr]
        "empty": ("coordinator", "/o/empty/"),
        "empty-list": ("coordinator", reverse("site-sites-list", args=["empty"])),
        "join": ("", f"/join/{secret}/"),
        "start-en": ("", let_open("first-en@pit.example")),
        "start-ar": ("", let_open("first-ar@pit.example")),
        "login": ("", "/account/login/"),
        "public": ("", "/public/pit/"),
        "public-back": ("", "/public/pit/back/"),
        "two-factor": ("coordinator", "/account/mfa/"),
        "password": ("coordinator", "/account/password/change/"),
    }


if __name__ == "__main__":
    main()
