"""Forms of the site room."""

from forename.site.forms.exchange import SiteRowForm
from forename.site.forms.gazetteer import PlaceCorrectionForm, PlaceForm, PlaceRowForm
from forename.site.forms.graves import (
    ContextCorrectionForm,
    ContextForm,
    GraveCorrectionForm,
    GraveForm,
    RelateForm,
    RelationForm,
)
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
    "ContextCorrectionForm",
    "ContextForm",
    "GradeForm",
    "GraveCorrectionForm",
    "GraveForm",
    "ImageForm",
    "LogForm",
    "MoveForm",
    "PlaceCorrectionForm",
    "PlaceForm",
    "PlaceRowForm",
    "PositionForm",
    "RelateForm",
    "RelationForm",
    "SiteCorrectionForm",
    "SiteForm",
    "SiteRowForm",
]
