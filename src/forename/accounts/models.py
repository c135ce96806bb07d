"""Users, operations, grants of roles, invitations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import GRANTERS, MEMBERS, Role
from forename.audit.models import Record, Versioned


class UserManager(BaseUserManager["User"]):
    """Users are made by `forename.accounts.actions`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a stored user."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address; what they may do, grants say."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    opens_operations = models.BooleanField(_("may open operations"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    is_staff = False
    is_superuser = False

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name."""
        return self.name


class Operation(Versioned):
    """One undertaking that owns its records: a grave, a province, a country's commission."""

    slug = models.SlugField(_("short name in addresses"), unique=True, max_length=40)
    name = models.CharField(_("name"), max_length=200)
    name_ar = models.CharField(_("name in Arabic"), max_length=200, blank=True)
    description = models.TextField(_("what it is for"), blank=True)
    simulated = models.BooleanField(_("simulated"), default=False)
    public_form = models.BooleanField(_("public report form"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Listed by name."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.title()

    def title(self) -> str:
        """Return the name in the reader's language where there is one."""
        return (
            self.name_ar if self.name_ar and (get_language() or "").startswith("ar") else self.name
        )

    def operation_of_event(self) -> Any:
        """Return its own id."""
        return self.pk


class Grant(Record):
    """A role given to a person in an operation, until it is ended."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    readable_by = MEMBERS | GRANTERS

    class Meta:
        """A role is held once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "user", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="one_grant_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class FailedTries(models.Model):
    """Failures in a row of one thing for one address, of which only a digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:16]


class Help(models.TextChoices):
    """What somebody who cannot sign in is helped to."""

    NEW_PASSWORD = "new_password", _("a new password")
    SECOND_FACTOR = "second_factor", _("a new second factor")


class Recovery(Record):
    """Help for a person who cannot sign in: a link to a new password, or no second factor.

    Of a link only the digest is kept; it works once. ``created_by`` is None where the person asked
    for the link by e-mail.
    """

    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("person"), editable=False
    )
    what = models.CharField(_("help"), max_length=20, choices=Help.choices, editable=False)
    why = models.TextField(_("reason"), blank=True)
    token_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    readable_by = GRANTERS
    restricted: ClassVar = {"token_digest": frozenset()}

    def __str__(self) -> str:
        return f"{self.user} · {self.get_what_display()}"


class Invitation(Record):
    """A link that lets one person join an operation; only its digest is kept."""

    email = models.EmailField(_("e-mail address"))
    roles = models.JSONField(_("roles"), default=list)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = GRANTERS
    restricted: ClassVar = {"token_digest": frozenset()}

    def __str__(self) -> str:
        return self.email
