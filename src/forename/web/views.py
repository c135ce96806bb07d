"""Pages that join rooms: home, an operation's first screen, joining."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forename.accounts.access import Actor
from forename.accounts.actions import accept_invitation, open_invitation, was_accepted
from forename.accounts.models import Invitation, Operation, User
from forename.accounts.rules import EVERYONE
from forename.audit.recording import StaleEdit
from forename.records.views import page
from forename.site.views.small_map import small_map
from forename.web.login import user_of
from forename.web.waiting import MOST_CHOICES, figures, first_steps, is_empty, waiting_for


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the operations of this person; with one, go there."""
    mine = operations_of(request.user)
    if len(mine) == 1:
        return HttpResponseRedirect(reverse("operation", args=[mine[0].slug]))
    return render(request, "web/home.html", {"operations": mine})


def operations_of(user: Any) -> QuerySet[Operation]:
    """Return the operations in which a person holds a role now."""
    held = user.grants.filter(ended_at__isnull=True)
    return Operation.objects.filter(pk__in=held.values("operation"))


@page(EVERYONE)
def operation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show an operation's first screen: three figures, what waits for this person, a map."""
    steps = first_steps(actor)
    context = {
        "figures": figures(actor),
        "waiting": waiting_for(actor)[: MOST_CHOICES - len(steps)],
        "first_steps": steps,
        "empty": is_empty(actor.operation),
        "map": small_map(actor),
    }
    return render(request, "web/operation.html", context)


class JoinForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(label=_("your name"), max_length=200)
    password = forms.CharField(
        label=_("password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters."),
    )

    def clean_password(self) -> str:
        """Refuse a weak password."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a new person chooses a password, a known one signs in.

    A link that was used already, or a form that was sent twice, leads home.
    """
    invitation = open_invitation(token)
    try:
        if invitation is not None:
            return _joined(request, invitation)
    except (StaleEdit, IntegrityError):  # sent twice at once: the other one was accepted
        pass
    if not was_accepted(token):
        raise Http404
    return HttpResponseRedirect(reverse("home"))


def _joined(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    known = user_of(invitation.email)
    context: dict[str, Any] = {"invitation": invitation, "known": known is not None}
    if known is not None:
        if request.user != known:
            context["login"] = f"{reverse('account_login')}?next={request.path}"
            return render(request, "web/join.html", context)
        if request.method == "POST":
            accept_invitation(invitation, known)
            return HttpResponseRedirect(reverse("operation", args=[invitation.operation.slug]))
        return render(request, "web/join.html", context)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = User.objects.create_user(
                invitation.email,
                form.cleaned_data["password"],
                name=form.cleaned_data["name"],
                language=str(getattr(request, "LANGUAGE_CODE", "en")),
            )
            accept_invitation(invitation, user)
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return HttpResponseRedirect(reverse("operation", args=[invitation.operation.slug]))
    context["form"] = form
    return render(request, "web/join.html", context, status=422 if form.errors else 200)
