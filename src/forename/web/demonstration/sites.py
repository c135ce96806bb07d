"""The invented sites of the demonstration: on four rungs of the ladder, one of them protected."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from forename.accounts.rules import Role
from forename.notation.dates import read_date
from forename.site.actions import (
    accept_position,
    add_image,
    add_log_entry,
    add_position,
    confirm_assessment,
    grade_position,
    move_site,
    record_condition,
    record_site,
)
from forename.site.models import ImageKind, LogKind, Sensitivity, Site, SiteType
from forename.site.rules import MEETERS, ConditionKind, Rung
from forename.web.demonstration.graves import make_grave
from forename.web.demonstration.people import SECOND, People

# What was stated before digging, and by whom; all of it invented.
CONDITIONS = {
    ConditionKind.AUTHORITY: ("Invented order to dig.", "Invented court"),
    ConditionKind.CLEARANCE: ("Invented search: nothing found.", "Invented demining team"),
    ConditionKind.STORAGE: ("Invented room for 120 bodies until the summer.", "Invented hospital"),
    ConditionKind.LABORATORY: ("Invented place for 200 samples.", "Invented laboratory"),
    ConditionKind.LIAISON: ("Two invented people speak with the families.", "Invented office"),
    ConditionKind.HYPOTHESIS: ("Invented people of two villages.", "Invented inquiry"),
}


def make_sites(people: People) -> list[Site]:
    """Record the sites; return them, the one where people dig first."""
    return [_dug(people), _refuted(people), _located(people), _protected(people)]


def _dug(people: People) -> Site:
    """Make a site from a relative phrase to digging, with a log and two pictures."""
    site = _recorded(people, "Invented well field", "حقل آبار مخترع", SiteType.IMPROVISED)
    investigator, second = people(Role.INVESTIGATOR), people(SECOND)
    said = add_position(
        investigator, site, 1, words="25 km south of Tell Amira", anchor_at=(36.597, 39.131),
        source="Invented driver",
    )  # fmt: skip
    grade_position(
        second, said, 1, reliability="C", credibility="3",
        graded_reason="Invented: heard from one person only.",
    )  # fmt: skip
    point = add_position(
        people(Role.SITE_LEAD), site, 1, words="36.37102, 39.12840", uncertainty_m=15.0,
        source="Invented visit with a receiver",
    )  # fmt: skip
    accept_position(
        people(Role.SITE_LEAD), site, 1, position=point, reason="Seen and measured; invented."
    )
    _move(people, site, Role.SITE_LEAD, Rung.LOCATED, "Invented visit.")
    _move(people, site, Role.SITE_LEAD, Rung.ASSESSED, "Invented probing: disturbed ground.")
    for confirmer in (second, people(Role.EXAMINER)):
        confirm_assessment(confirmer, site, site.version, grounds="Invented: saw the probing.")
    _move(people, site, Role.COORDINATOR, Rung.CONFIRMED, "Two people confirmed.")
    _move(people, site, Role.SITE_LEAD, Rung.SECURED, "Invented fence and guard.")
    for kind, (statement, given_by) in CONDITIONS.items():
        role = min(MEETERS[kind] - {Role.COORDINATOR})
        record_condition(
            people(role), site, site.version, kind=kind, statement=statement, given_by=given_by,
            given_on=timezone.localdate() - timedelta(days=10),
            document=f"INVENTED-{kind.value.upper()}",
        )  # fmt: skip
    _move(people, site, Role.SITE_LEAD, Rung.AUTHORISED, "Everything is recorded.")
    _move(people, site, Role.SITE_LEAD, Rung.EXCAVATING, "Invented first day.")
    _watched(people, site)
    make_grave(people, site)
    return site


def _watched(people: People, site: Site) -> None:
    lines = (
        (LogKind.GUARD, 9, "Two invented guards", "Quiet night."),
        (LogKind.VISIT, 6, "Invented family of five", "Shown the fence, spoken with the liaison."),
        (LogKind.DISTURBANCE, 3, "", "Invented tyre tracks along the eastern side."),
    )
    for kind, days, who, words in lines:
        day = timezone.localdate() - timedelta(days=days)
        add_log_entry(
            people(Role.SITE_LEAD), site, site.version, kind=kind, people=who, words=words,
            happened=timezone.make_aware(datetime.combine(day, time(7))),
        )  # fmt: skip
    for said, shade in (("2015-04", 200), ("2025-04", 120)):
        add_image(
            people(Role.INVESTIGATOR), site, site.version, kind=ImageKind.SATELLITE,
            file=_picture(said, shade), taken=_day(said), words="Drawn for the demonstration.",
            source="SIMULATED, drawn by the program",
        )  # fmt: skip


def _refuted(people: People) -> Site:
    """Make a site that two people found to be none."""
    site = _recorded(people, "Invented quarry", "مقلع مخترع", SiteType.UNKNOWN)
    place = add_position(
        people(Role.INVESTIGATOR), site, 1, words="37S DV 12345 67890",
        source="Invented map",
    )  # fmt: skip
    accept_position(
        people(Role.INVESTIGATOR), site, 1, position=place, reason="The only position; invented."
    )
    _move(people, site, Role.INVESTIGATOR, Rung.LOCATED, "Invented visit.")
    _move(people, site, Role.SITE_LEAD, Rung.ASSESSED, "Invented probing: bones of animals only.")
    _move(people, site, Role.COORDINATOR, Rung.REFUTED, "Bones of animals; invented.")
    return site


def _located(people: People) -> Site:
    """Make a site that is known as an outline."""
    site = _recorded(people, "Invented corner of a cemetery", "زاوية مقبرة مخترعة",
                     SiteType.CEMETERY)  # fmt: skip
    outline = add_position(
        people(Role.INVESTIGATOR), site, 1,
        words="35.9500, 39.0100\n35.9500, 39.0112\n35.9491, 39.0112\n35.9491, 39.0100",
        source="Invented plan of a town",
    )  # fmt: skip
    accept_position(
        people(Role.INVESTIGATOR), site, 1, position=outline, reason="As drawn; invented."
    )
    _move(people, site, Role.INVESTIGATOR, Rung.LOCATED, "Invented visit.")
    return site


def _protected(people: People) -> Site:
    """Make a site that only those see who need it."""
    site = _recorded(people, "Invented protected place", "مكان محمي مخترع", SiteType.PRIMARY,
                     Sensitivity.PROTECTED)  # fmt: skip
    add_position(
        people(Role.INVESTIGATOR), site, 1, words="5 km north of Wadi Samra",
        anchor_at=(36.2, 39.3), source="Invented witness",
    )  # fmt: skip
    return site


def _recorded(
    people: People, name: str, name_ar: str, site_type: SiteType,
    sensitivity: Sensitivity = Sensitivity.ORDINARY,
) -> Site:  # fmt: skip
    made: Site = record_site(
        people(Role.INVESTIGATOR), name=name, name_ar=name_ar, site_type=site_type,
        governorate="Raqqa", sensitivity=sensitivity,
        description="SIMULATED: an invented place. Nothing is known to lie there.",
    )  # fmt: skip
    return made


def _move(people: People, site: Site, role: Role, rung: Rung, why: str) -> None:
    site.refresh_from_db()
    move_site(people(role), site, site.version, to_rung=rung, why=why)
    site.refresh_from_db()


def _day(said: str) -> dict[str, Any]:
    reading = read_date(said).date
    assert reading is not None, said
    return {**reading.to_json(), "said": said}


def _picture(said: str, shade: int) -> SimpleUploadedFile:
    """Return a drawn picture that says in itself that it is simulated."""
    drawn = Image.new("RGB", (640, 420), (shade, shade - 20, shade - 60))
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((220, 140, 420, 260), outline="black", width=3)
    pen.ellipse((280, 180, 340, 220), fill=(shade // 2, shade // 2, shade // 3))
    pen.text((16, 12), f"SIMULATED {said}", fill="black", font_size=28)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return SimpleUploadedFile(f"simulated-{said}.png", out.getvalue(), "image/png")
