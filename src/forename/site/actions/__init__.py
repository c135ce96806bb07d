"""What people do with sites."""

from forename.site.actions.exchange import take_place
from forename.site.actions.gazetteer import add_place, correct_place
from forename.site.actions.graves import (
    correct_context,
    correct_grave,
    record_context,
    record_grave,
    withdraw_context,
)
from forename.site.actions.ladder import (
    confirm_assessment,
    move_site,
    record_condition,
    withdraw_condition,
    withdraw_confirmation,
)
from forename.site.actions.positions import (
    accept_position,
    add_position,
    grade_position,
    withdraw_position,
)
from forename.site.actions.relations import record_relation, relate_context, withdraw_relation
from forename.site.actions.sites import correct_site, record_site
from forename.site.actions.watch import add_image, add_log_entry

__all__ = [
    "accept_position",
    "add_image",
    "add_log_entry",
    "add_place",
    "add_position",
    "confirm_assessment",
    "correct_context",
    "correct_grave",
    "correct_place",
    "correct_site",
    "grade_position",
    "move_site",
    "record_condition",
    "record_context",
    "record_grave",
    "record_relation",
    "record_site",
    "relate_context",
    "take_place",
    "withdraw_condition",
    "withdraw_confirmation",
    "withdraw_context",
    "withdraw_position",
    "withdraw_relation",
]
