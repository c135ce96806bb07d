"""Sites: places that may be graves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS
from forename.audit.models import Record


class Site(Record):
    """A place that may hold graves."""

    code = models.CharField(_("code"), max_length=20, editable=False)
    name = models.CharField(_("name"), max_length=200)

    readable_by = MEMBERS
    searched = ("code", "name")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="site_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
