"""The people of an operation: who holds which role, who is invited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.accounts.actions import end_role, invite, withdraw_invitation
from forename.accounts.models import Grant, Invitation
from forename.accounts.rules import GRANTERS, Role
from forename.records.actions import action
from forename.records.forms import ReasonForm, StepForm
from forename.records.kinds import Column, Filter, Kind, Step, choice_filter
from forename.records.urls import kind_urls
from forename.records.views import page
from forename.records.withdrawing import WITHDRAWN
from forename.web.recovery import (
    RECOVERIES,
    has_second_factor,
    link_urls,
    take_second_factor_away,
)


class InvitationForm(StepForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("e-mail address"))
    roles = forms.MultipleChoiceField(
        label=_("roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


_end_role = action(GRANTERS)(end_role)
_withdraw = action(GRANTERS)(withdraw_invitation)

GRANTS = Kind(
    Grant,
    "roles",
    _("role held"),
    _("people"),
    empty=_("People come by invitation: open “Invitations” to invite them."),
    columns=(
        Column("user", _("person"), "user", "user__name"),
        Column("role", _("role"), "role"),
        Column("since", _("since"), "created_at"),
        Column("ended", _("ended"), "ended_at"),
    ),
    filters=(
        choice_filter(Grant, "role"),
        Filter(
            "state",
            _("state"),
            lambda _actor: [("now", _("held now")), ("ended", pgettext_lazy("state", "ended"))],
            lambda rows, value: rows.filter(ended_at__isnull=value == "now"),
        ),
    ),
    order=("user__name",),
    events={"accounts.give_role": _("Role given")},
    rows=lambda rows: rows.select_related("user", "operation"),
    template="web/role.html",
    context=lambda actor, _grant: {"may_help": actor.may(GRANTERS)},
    steps=(
        Step(
            "end", _("End this role"), _end_role, ReasonForm, when=lambda _a, g: g.ended_at is None
        ),
        Step(
            "second-factor",
            _("Take the second factor away"),
            take_second_factor_away,
            ReasonForm,
            when=has_second_factor,
        ),
    ),
)


def _roles_in_words(invitation: Invitation) -> str:
    return str(_(", ")).join(str(Role(role).label) for role in invitation.roles)


INVITATIONS = Kind(
    Invitation,
    "invitations",
    _("invitation"),
    _("invitations"),
    empty=_("People are invited with “Invite a person”, each with a role."),
    beside=(("invite", _("Invite a person")),),
    columns=(
        Column("email", _("e-mail address"), "email"),
        Column("roles", _("roles"), _roles_in_words),
        Column("expires", _("valid until"), "expires_at"),
        Column("accepted", _("accepted"), "accepted_at"),
        WITHDRAWN,
    ),
    events={
        "accounts.invite": _("Person invited"),
        "accounts.accept_invitation": _("Invitation accepted"),
    },
    rows=lambda rows: rows.select_related("operation"),
    steps=(
        Step(
            "withdraw",
            _("Withdraw"),
            _withdraw,
            ReasonForm,
            when=lambda _a, i: i.accepted_at is None and i.withdrawn_at is None,
        ),
    ),
)


def invited(actor: Actor, form: InvitationForm) -> tuple[Invitation, str]:
    """Invite as a valid form says; return the invitation and the secret of its link."""
    values: dict[str, Any] = form.cleaned_data
    return invite(actor, email=values["email"], roles=[Role(r) for r in values["roles"]])


@page(GRANTERS, methods=("GET", "POST"))
def invite_view(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite a person and show the link, once."""
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        _invitation, token = invited(actor, form)
        link = request.build_absolute_uri(reverse("join", args=[token]))
    status = 422 if form.errors else 200
    return render(request, "web/invite.html", {"form": form, "link": link}, status=status)


@page(GRANTERS | GRANTS.model.readable_by)
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go to the list of people."""
    del request
    return HttpResponseRedirect(reverse(f"{GRANTS.url_name}-list", args=[actor.operation.slug]))


urlpatterns: list[URLPattern] = [
    path("", people, name="people"),
    path("invite/", invite_view, name="invite"),
    *link_urls(GRANTS),
    *kind_urls(GRANTS),
    *kind_urls(RECOVERIES),
    *kind_urls(INVITATIONS),
]
