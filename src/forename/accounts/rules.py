"""Roles of an operation, and the groups of roles that rules name."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is in an operation; a person may be several things."""

    COORDINATOR = "coordinator", _("coordinator")
    INVESTIGATOR = "investigator", _("investigator")
    SITE_LEAD = "site_lead", _("site lead")
    RECOVERY_RECORDER = "recovery_recorder", _("recovery recorder")
    CUSTODIAN = "custodian", _("custodian")
    EXAMINER = "examiner", _("examiner")
    LABORATORY = "laboratory", _("laboratory")
    FAMILY_LIAISON = "family_liaison", _("family liaison")
    BOARD_MEMBER = "board_member", _("board member")
    PROSECUTOR = "prosecutor", _("prosecutor")
    STATISTICS = "statistics", _("statistics")
    ADMINISTRATOR = "administrator", _("administrator")


# Administrators administer and read nothing; people of statistics read figures, not records.
MEMBERS = frozenset(Role) - {Role.ADMINISTRATOR, Role.STATISTICS}
EVERYONE = frozenset(Role)
# Who gives and ends roles.
GRANTERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# What statements of witnesses, safe contacts and alleged actors are open to.
INQUIRY = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.PROSECUTOR})
# Who reads the operation's figures, in which nobody is named and small numbers are withheld.
FIGURE_READERS = frozenset({Role.COORDINATOR, Role.BOARD_MEMBER, Role.PROSECUTOR, Role.STATISTICS})
