"""The way back for people who cannot sign in: by a helper's link, or by mail where it is set up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_tasks import task

from forename.accounts.access import Actor
from forename.accounts.models import Grant, Recovery, User
from forename.accounts.recovery import (
    give_link,
    link_by_mail,
    open_link,
    record_no_second_factor,
    set_password,
)
from forename.accounts.rules import GRANTERS
from forename.records.actions import action
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, choice_filter
from forename.records.views import page, visible_record
from forename.web.delays import SIGN_IN, delayed, forget_failures, may_try
from forename.web.login import user_of
from forename.web.second_factor import CODE

FORGOTTEN = "forgotten"  # what is counted of who asks for a link by mail


class AddressForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(label=_("e-mail address"), max_length=254)


class NewPasswordForm(forms.Form):
    """A person's new password."""

    password = forms.CharField(
        label=_("new password"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a weak password."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Say how to come back; where mail is set up, send a link. The answer tells of no account."""
    mailed = settings.MAIL_SERVER is not None
    form = AddressForm(request.POST or None)
    sent = False
    if mailed and request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not may_try(FORGOTTEN, email):
            return delayed(request)
        # Whether there is an account is looked up by the worker: here, it would take longer.
        mail_link.enqueue(email, request.build_absolute_uri("/"))
        sent = True
    context = {"form": form, "mailed": mailed, "sent": sent}
    status = 422 if form.errors else 200
    return render(request, "account/forgotten.html", context, status=status)


@task()
def mail_link(email: str, root: str) -> None:
    """Send a link to a new password to an address that has an account; else do nothing."""
    user = user_of(email)
    found = link_by_mail(user) if user is not None and user.is_active else None
    if user is None or found is None:
        return
    _link, token = found
    address = root.rstrip("/") + reverse("new-password", args=[token])
    with override(user.language):
        text = _now(
            "Somebody asked for a new password for this address. The link works once, for two "
            "hours. If it was not you, leave it: nothing changes."
        )
        send_mail(_now("A link to a new password"), f"{text}\n\n{address}\n", None, [user.email])


@never_cache
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds a link choose a new password; then they sign in, with second factor."""
    link = open_link(token)
    if link is None:
        raise Http404
    form = NewPasswordForm(request.POST or None, user=link.user)
    if request.method == "POST" and form.is_valid():
        set_password(link, form.cleaned_data["password"])
        for what in (SIGN_IN, FORGOTTEN):
            forget_failures(what, link.user.email)
        return HttpResponseRedirect(reverse("account_login"))
    context = {"form": form, "person": link.user}
    status = 422 if form.errors else 200
    return render(request, "account/new_password.html", context, status=status)


@action(GRANTERS)
def take_second_factor_away(
    by: Actor, grant: Grant, _seen_version: int, *, reason: str
) -> Recovery:
    """Take a person's second factor away, so that they sign in without and set up another."""
    made = record_no_second_factor(by, grant.user, why=reason)
    Authenticator.objects.filter(user=grant.user).delete()
    forget_failures(CODE, grant.user.email)
    return made


def has_second_factor(_actor: Actor, grant: Any) -> bool:
    """Tell whether the person of a grant signs in with a second factor."""
    found: bool = Authenticator.objects.filter(user=grant.user_id).exists()
    return grant.ended_at is None and found


RECOVERIES = Kind(
    Recovery,
    "recoveries",
    _("help for a person who could not sign in"),
    _("help with signing in"),
    empty=_("Help is given on the page of a person, when somebody cannot sign in."),
    columns=(
        Column("user", _("person"), "user", "user__name"),
        Column("what", _("help"), "what"),
        Column("why", _("reason"), "why"),
        Column("by", _("helped by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
        Column("expires", _("valid until"), "expires_at"),
        Column("used", _("used"), "used_at"),
    ),
    filters=(choice_filter(Recovery, "what"),),
    rows=lambda rows: rows.select_related("user", "created_by", "operation"),
    events={
        "accounts.give_link": _("Link to a new password"),
        "accounts.set_password": _("New password chosen"),
        "accounts.take_second_factor_away": _("Second factor taken away"),
    },
    in_menu=False,
)


def link_for(actor: Actor, grant: Grant, form: ReasonForm) -> tuple[Recovery, str] | None:
    """Make a link to a new password for a person; None with the reasons in ``form.errors``."""
    try:
        return give_link(actor, grant.user, why=form.cleaned_data["reason"])
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None


def link_urls(grants: Kind) -> list[URLPattern]:
    """Return the address of the page that makes a link to a new password."""

    @page(GRANTERS, methods=("GET", "POST"))
    def make_link(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
        grant = visible_record(grants, actor, pk)
        form = ReasonForm(request.POST or None)
        link = ""
        if request.method == "POST" and form.is_valid():
            made = link_for(actor, grant, form)
            if made is not None:
                link = request.build_absolute_uri(reverse("new-password", args=[made[1]]))
        context = {"kind": grants, "record": grant, "form": form, "link": link}
        status = 422 if form.errors else 200
        return render(request, "web/new_password_link.html", context, status=status)

    return [path("roles/<uuid:pk>/new-password/", make_link, name="accounts-roles-new-password")]
