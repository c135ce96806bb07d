"""One's own API tokens in an operation: made, shown once, withdrawn."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import EVERYONE, Role
from forename.audit.recording import StaleEdit
from forename.records.forms import StepForm
from forename.records.tokens import make_token, own_tokens, withdraw_token
from forename.records.views import page


class TokenForm(StepForm):
    """What a token is for, which of one's roles it has, and how long it holds."""

    name = forms.CharField(
        label=_("what it is for"),
        max_length=100,
        help_text=_("The program or machine that has it."),
    )
    roles = forms.MultipleChoiceField(
        label=_("roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Give it no more than the program needs."),
    )
    days = forms.IntegerField(label=_("days it holds"), min_value=1, max_value=365, initial=90)

    def fit(self, actor: Actor, record: Any) -> None:
        """Offer the roles that the person holds."""
        super().fit(actor, record)
        field: Any = self.fields["roles"]
        field.choices = [(r.value, r.label) for r in Role if r in actor.roles]


@page(EVERYONE, methods=("GET", "POST"))
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List one's tokens; make one and show its secret in this answer only."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    form.fit(actor, None)
    secret = ""
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        _token, secret = make_token(
            actor,
            name=values["name"],
            roles=[Role(r) for r in values["roles"]],
            days=values["days"],
        )
    now = timezone.now()
    listed = [
        (token, [Role(r).label for r in token.roles], token.expires_at <= now)
        for token in own_tokens(actor)
    ]
    context = {"form": form, "secret": secret, "tokens": listed}
    return render(request, "web/tokens.html", context, status=422 if form.errors else 200)


@page(EVERYONE, methods=("POST",))
def withdraw(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Withdraw one's own token; one that is withdrawn already stays so."""
    del request
    token = own_tokens(actor).filter(pk=pk).first()
    if token is None:
        raise Http404
    if token.withdrawn_at is None:
        # Stale: withdrawn in another window at this moment, which is what was asked for.
        with contextlib.suppress(StaleEdit):
            withdraw_token(actor, token, token.version)
    return HttpResponseRedirect(reverse("tokens", args=[actor.operation.slug]))


urlpatterns: list[URLPattern] = [
    path("", tokens, name="tokens"),
    path("<uuid:pk>/withdraw/", withdraw, name="tokens-withdraw"),
]
