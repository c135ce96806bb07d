"""What the site room shows."""

from forename.site.views.gazetteer import PLACES, gazetteer_view
from forename.site.views.grave_drawings import (
    plan_file_view,
    plan_view,
    sequence_file_view,
    sequence_view,
)
from forename.site.views.graves import CONTEXTS, GRAVES, RELATIONS
from forename.site.views.ladder import CONDITIONS, CONFIRMATIONS, STEPS
from forename.site.views.map import map_sites_view, map_view
from forename.site.views.positions import POSITIONS
from forename.site.views.sites import SITES
from forename.site.views.watch import (
    IMAGES,
    LOG,
    compare_view,
    image_view,
    small_image_view,
)

__all__ = [
    "CONDITIONS",
    "CONFIRMATIONS",
    "CONTEXTS",
    "GRAVES",
    "IMAGES",
    "LOG",
    "PLACES",
    "POSITIONS",
    "RELATIONS",
    "SITES",
    "STEPS",
    "compare_view",
    "gazetteer_view",
    "image_view",
    "map_sites_view",
    "map_view",
    "plan_file_view",
    "plan_view",
    "sequence_file_view",
    "sequence_view",
    "small_image_view",
]
