"""Forms of the site room."""

from forename.site.forms.ladder import (
    ConditionForm,
    ConfirmationForm,
    MoveForm,
)
from forename.site.forms.positions import AcceptForm, GradeForm, PositionForm
from forename.site.forms.sites import SiteCorrectionForm, SiteForm
from forename.site.forms.watch import ImageForm, LogForm

__all__ = [
    "AcceptForm",
    "ConditionForm",
    "ConfirmationForm",
    "GradeForm",
    "ImageForm",
    "LogForm",
    "MoveForm",
    "PositionForm",
    "SiteCorrectionForm",
    "SiteForm",
]
