"""What people do in the report room."""

from forename.report.actions.claims import (
    correct_claim,
    correct_source,
    grade_claim,
    mark_claim,
    record_source,
    relate_claims,
    withdraw_relation,
)
from forename.report.actions.questions import (
    ask_question,
    correct_question,
    establish,
    place_claim,
    withdraw_bearing,
)
from forename.report.actions.reports import (
    answer_report,
    correct_report,
    record_report,
    upload_report,
)

__all__ = [
    "answer_report",
    "ask_question",
    "correct_claim",
    "correct_question",
    "correct_report",
    "correct_source",
    "establish",
    "grade_claim",
    "mark_claim",
    "place_claim",
    "record_report",
    "record_source",
    "relate_claims",
    "upload_report",
    "withdraw_bearing",
    "withdraw_relation",
]
