"""A demonstration operation: the shipped example's answer, and a login for each role."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from forename.accounts.access import system_actor
from forename.accounts.actions import give_role, open_operation
from forename.accounts.models import Operation, User
from forename.accounts.rules import Role
from forename.identification.actions import record_analysis

SLUG = "demonstration"


@transaction.atomic
def make_demonstration(results: Path) -> dict[Role, tuple[str, str]]:
    """Make the operation with the answer in a results folder; return role → (e-mail, password).

    An operation that is there already keeps its records; its people get new passwords.
    """
    operation = Operation.objects.filter(slug=SLUG).first()
    if operation is None:
        operation = open_operation(
            system_actor(None),
            slug=SLUG,
            name="Demonstration: two graves",
            name_ar="عرض توضيحي: قبران",
            description="Invented people and simulated profiles.",
            simulated=True,
            public_form=True,
        )
        record_analysis(
            system_actor(operation),
            results=_upload(results / "results.json"),
            report=_upload(results / "report.pdf"),
        )
    logins = {}
    for role in Role:
        email = f"{role.value.replace('_', '-')}@demonstration.example"
        password = secrets.token_urlsafe(9)
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, name=f"Invented {role.label}")
        user.set_password(password)
        user.save(update_fields=["password"])
        give_role(system_actor(operation), user, role)
        logins[role] = (email, password)
    return logins


def _upload(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes(), "application/octet-stream")
