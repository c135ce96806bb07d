"""Opening an operation, and the first person who may: `forename setup --admin`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forename.accounts.access import Actor
from forename.accounts.actions import open_operation
from forename.accounts.models import Operation, User
from forename.web.views import JoinForm


def let_open(email: str) -> str:
    """Let a person open operations; return the path of a link to begin, '' for who has signed in.

    The link sets the person's name and password, works once and for three days.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, name=email)
    user.opens_operations = True
    user.save(update_fields=["opens_operations"])
    if user.has_usable_password():
        return ""
    return reverse("start", args=[user.pk, default_token_generator.make_token(user)])


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, person: int, token: str) -> HttpResponse:
    """Let the first person choose a name and a password, once."""
    user = User.objects.filter(pk=person, is_active=True).first() if person < 2**63 else None
    if user is None or not default_token_generator.check_token(user, token):
        raise Http404
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.language = str(getattr(request, "LANGUAGE_CODE", "en"))
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["name", "language", "password"])
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return HttpResponseRedirect(reverse("home"))
    context = {"form": form, "person": user}
    return render(request, "web/start.html", context, status=422 if form.errors else 200)


class OperationForm(forms.Form):
    """What an operation is called."""

    name = forms.CharField(
        label=_("name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    name_ar = forms.CharField(
        label=_("name in Arabic"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("short name in addresses"), max_length=40,
        help_text=_("Latin letters, digits and hyphens. It cannot be changed later."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    description = forms.CharField(
        label=_("what it is for"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    public_form = forms.BooleanField(
        label=_("public report form"), required=False,
        help_text=_("Anybody who has its address can report, without an account."),
    )  # fmt: skip
    simulated = forms.BooleanField(
        label=_("simulated"), required=False,
        help_text=_("For training: every page and export says that people and data are invented."),
    )  # fmt: skip

    def clean_slug(self) -> str:
        """Return the short name where no operation has it."""
        slug: str = self.cleaned_data["slug"].lower()
        if Operation.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another operation has this short name; choose another."))
        return slug


def open_by(user: User, form: OperationForm) -> Operation:
    """Open an operation as a valid form describes it."""
    return open_operation(Actor(user, None, frozenset()), **form.cleaned_data)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_operation(request: HttpRequest) -> HttpResponse:
    """Open an operation; who opens it coordinates it. Others find no such page."""
    user: Any = request.user
    if not user.opens_operations:
        raise Http404
    form = OperationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = open_by(user, form)
        return HttpResponseRedirect(reverse("operation", args=[made.slug]))
    status = 422 if form.errors else 200
    return render(request, "web/new_operation.html", {"form": form}, status=status)
