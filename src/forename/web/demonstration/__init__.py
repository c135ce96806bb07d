"""A demonstration operation: invented records in every room, and a login for each role."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from forename.accounts.access import system_actor
from forename.accounts.actions import open_operation
from forename.accounts.models import Operation
from forename.accounts.rules import Role
from forename.identification.actions import record_analysis
from forename.web.demonstration.people import People, people_of
from forename.web.demonstration.reports import record_reports
from forename.web.demonstration.sites import make_sites

SLUG = "demonstration"


@transaction.atomic
def make_demonstration(results: Path | None) -> dict[str, str]:
    """Make the operation, with the answer of a results folder; return e-mail address → password.

    An operation that is there already keeps its records; its people get new passwords.
    """
    operation = Operation.objects.filter(slug=SLUG).first()
    if operation is None:
        operation = open_operation(
            system_actor(None),
            slug=SLUG,
            name="Demonstration: two graves",
            name_ar="عرض توضيحي: قبران",
            description="Invented people, places and words; simulated profiles.",
            simulated=True,
            public_form=True,
        )
        people = people_of(operation)
        record_reports({role: people(role) for role in Role})
        make_sites(people)
        if results is not None:
            record_analysis(
                system_actor(operation),
                results=_upload(results / "results.json"),
                report=_upload(results / "report.pdf"),
            )
    return _new_passwords(people_of(operation))


def _new_passwords(people: People) -> dict[str, str]:
    logins = {}
    for user in people.users.values():
        logins[user.email] = secrets.token_urlsafe(9)
        user.set_password(logins[user.email])
        user.save(update_fields=["password"])
    return logins


def _upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes(), "application/octet-stream")
