"""What people do with sites."""

from forename.site.actions.ladder import (
    confirm_assessment,
    move_site,
    record_condition,
    withdraw_condition,
    withdraw_confirmation,
)
from forename.site.actions.positions import accept_position, add_position, grade_position
from forename.site.actions.sites import correct_site, record_site
from forename.site.actions.watch import add_image, add_log_entry

__all__ = [
    "accept_position",
    "add_image",
    "add_log_entry",
    "add_position",
    "confirm_assessment",
    "correct_site",
    "grade_position",
    "move_site",
    "record_condition",
    "record_site",
    "withdraw_condition",
    "withdraw_confirmation",
]
