"""Addresses: pages that join rooms here, each room's own in the room."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from forename.records.views import file_view
from forename.web import opening, recovery, views
from forename.web.api import api

urlpatterns = [
    path("", views.home, name="home"),
    # Only these of allauth: nobody signs up.
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", account.password_change, name="account_change_password"),
    path("account/forgotten/", recovery.forgotten, name="forgotten"),
    path("account/new-password/<str:token>/", recovery.new_password, name="new-password"),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("api/", api.urls),
    path("public/<slug:operation>/", include("forename.report.public_urls")),
    path("start/<int:person>/<str:token>/", opening.start, name="start"),
    path("operations/new/", opening.new_operation, name="new-operation"),
    path("join/<str:token>/", views.join, name="join"),
    path("o/<slug:operation>/", views.operation, name="operation"),
    path("o/<slug:operation>/figures/", include("forename.web.figures")),
    path("o/<slug:operation>/people/", include("forename.web.people")),
    path("o/<slug:operation>/jobs/", include("forename.web.jobs")),
    path("o/<slug:operation>/tokens/", include("forename.web.tokens")),
    path("o/<slug:operation>/file/<uuid:pk>/", file_view, name="file"),
    path("o/<slug:operation>/report/", include("forename.report.urls")),
    path("o/<slug:operation>/site/", include("forename.site.urls")),
    path("o/<slug:operation>/identification/", include("forename.identification.urls")),
]
handler400 = "forename.web.errors.unreadable"
handler404 = "forename.web.errors.not_found"
handler403 = "forename.web.errors.refused"
handler500 = "forename.web.errors.broken"
