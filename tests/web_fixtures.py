"""People, operations and browsers for tests of the web application."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "an invented long password"


@dataclass
class Operations:
    """Two operations: the one under test and another; a person for every role in each."""

    own: Any
    other: Any
    people: dict[tuple[str, str], Any] = field(default_factory=dict)
    browsers: dict[tuple[str, str], Any] = field(default_factory=dict)

    def actor(self, role: str, operation: str = "own") -> Any:
        """Return the actor that holds one role."""
        from forename.accounts.access import actor_in

        return actor_in(self.people[operation, role], getattr(self, operation))

    def browser(self, role: str, operation: str = "own") -> Any:
        """Return a test client signed in as the person with one role."""
        from django.test import Client

        client = self.browsers.get((operation, role))
        if client is None:
            client = self.browsers[operation, role] = Client()
            client.force_login(
                self.people[operation, role],
                backend="allauth.account.auth_backends.AuthenticationBackend",
            )
        return client


@pytest.fixture
def operations(db: None) -> Operations:
    """Two operations, each with one person for every role."""
    from forename.accounts.access import system_actor
    from forename.accounts.actions import give_role, open_operation
    from forename.accounts.models import User
    from forename.accounts.rules import Role

    made: dict[str, Any] = {}
    people: dict[tuple[str, str], Any] = {}
    for name in ("own", "other"):
        made[name] = open_operation(
            system_actor(None), slug=name, name=f"Invented operation {name}", simulated=True
        )
        for role in Role:
            user = User(email=f"{role}@{name}.example", name=f"Invented {role} of {name}")
            user.set_unusable_password()
            user.save()
            give_role(system_actor(made[name]), user, role)
            people[name, str(role)] = user
    return Operations(made["own"], made["other"], people)


@pytest.fixture
def person(operations: Operations) -> Any:
    """The investigator, who signs in with `PASSWORD`."""
    user = operations.people["own", "investigator"]
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture(autouse=True)
def _web_settings(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Keep uploaded files of a test apart, and take static files without collecting them."""
    if "django_db" not in request.keywords:
        return
    settings = request.getfixturevalue("settings")
    settings.FILES_FOLDER = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
