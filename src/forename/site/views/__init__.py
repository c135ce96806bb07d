"""What the site room shows."""

from forename.site.views.ladder import CONDITIONS, CONFIRMATIONS, STEPS
from forename.site.views.positions import POSITIONS
from forename.site.views.sites import SITES
from forename.site.views.watch import (
    IMAGES,
    LOG,
    compare_view,
    document_view,
    image_view,
    small_image_view,
)

__all__ = [
    "CONDITIONS",
    "CONFIRMATIONS",
    "IMAGES",
    "LOG",
    "POSITIONS",
    "SITES",
    "STEPS",
    "compare_view",
    "document_view",
    "image_view",
    "small_image_view",
]
