"""What the special pages of the site room send, in the API."""

from forename.records.api import add_file_page, new_router
from forename.site.views import image_view, map_sites_view, small_image_view
from forename.site.views.grave_drawings import plan_file_view, sequence_file_view

router = new_router("site")
_SITE = "/o/{slug:operation}/site"
_IMAGE = _SITE + "/images/{uuid:pk}"
_GRAVE = _SITE + "/graves/{uuid:pk}"
add_file_page(router, _IMAGE + "/picture/", image_view, "site-picture", "pk")
add_file_page(router, _IMAGE + "/small/", small_image_view, "site-small-picture", "pk")
add_file_page(router, _SITE + "/map/sites/", map_sites_view, "site-map-sites")
add_file_page(router, _GRAVE + "/plan.svg", plan_file_view, "site-grave-plan-file", "pk")
add_file_page(router, _GRAVE + "/sequence.svg", sequence_file_view, "site-grave-sequence-file",
              "pk")  # fmt: skip
