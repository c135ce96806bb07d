"""The invented people of the demonstration: one for each role, and a second investigator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forename.accounts.access import Actor, actor_in, system_actor
from forename.accounts.actions import give_role
from forename.accounts.models import Operation, User
from forename.accounts.rules import Role

SECOND = "second-investigator"  # grades and confirms what the first one entered
DOMAIN = "demonstration.example"


@dataclass(frozen=True)
class People:
    """The demonstration's people, by the name before the @ of their address."""

    operation: Operation
    users: Mapping[str, User]

    def __call__(self, who: Role | str) -> Actor:
        """Return somebody as an actor: a role, or `SECOND`."""
        return actor_in(self.users[name_of(who)], self.operation, "command")


def name_of(who: Role | str) -> str:
    """Return the name before the @ of a role's address."""
    return str(who).replace("_", "-")


def people_of(operation: Operation) -> People:
    """Return the people of the operation; those who are not there yet join it."""
    users = {}
    everybody = [*((role, role) for role in Role), (SECOND, Role.INVESTIGATOR)]
    for who, role in everybody:
        email = f"{name_of(who)}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        if user is None:
            second = "second " if who == SECOND else ""
            user = User.objects.create_user(email, name=f"Invented {second}{Role(role).label}")
        give_role(system_actor(operation), user, Role(role))
        users[name_of(who)] = user
    return People(operation, users)
