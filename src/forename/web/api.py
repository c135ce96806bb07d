"""The API: every registered kind, for people signed in and for bearer tokens."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer, SessionAuth
from pydantic import BaseModel

import forename.identification.urls
import forename.report.api
import forename.report.urls
import forename.site.api
import forename.site.urls  # rooms make their kinds known as their addresses load
from forename import __version__
from forename.accounts.access import Actor
from forename.accounts.rules import EVERYONE, FIGURE_READERS, GRANTERS, Role
from forename.records.api import add_file_page, kind_router, new_router
from forename.records.api_answers import REFUSALS, Problem, Work, work_of
from forename.records.api_steps import answered, problem, refused_fields
from forename.records.forms import ReasonForm
from forename.records.kinds import registered
from forename.records.models import ApiToken
from forename.records.tokens import api_actor, token_of
from forename.records.views import file_view, visible_record
from forename.web.figures import LEAST_SHOWN, as_data, figures_export, lines_of
from forename.web.jobs import job_file, own_job, own_jobs
from forename.web.opening import OperationForm, open_by
from forename.web.people import GRANTS, InvitationForm, invited
from forename.web.recovery import link_for
from forename.web.views import operations_of
from forename.web.waiting import figures, waiting_for


class Token(HttpBearer):
    """A bearer token made on the page of one's own tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the token while it holds."""
        found = token_of(token)
        if found is not None:
            request.api_token = found  # type: ignore[attr-defined]
        return found


class Opened(BaseModel):
    """An operation that is open to the caller."""

    slug: str
    name: str
    simulated: bool


class NewOperation(BaseModel):
    """What an operation is called."""

    slug: str
    name: str
    name_ar: str = ""
    description: str = ""
    public_form: bool = False
    simulated: bool = False


class Figure(BaseModel):
    """A number with its unit and definition."""

    value: int
    unit: str
    definition: str


class FigureLine(BaseModel):
    """A figure of sites, reports or counts; one with neither end is small and withheld."""

    about: str
    of: str
    part: str
    at_least: int | None
    at_most: int | None
    as_of: str
    scope: str
    definition: str


class Figures(BaseModel):
    """The operation's figures, and below which number they are withheld."""

    least_shown: int
    lines: list[FigureLine]


class Waiting(BaseModel):
    """Something that waits for the caller, and the page to do it on."""

    text: str
    address: str
    count: int | None


class FirstScreen(BaseModel):
    """What the first screen of an operation says to the caller."""

    figures: list[Figure]
    waiting: list[Waiting]


class Invitee(BaseModel):
    """Whom to invite, and as what."""

    email: str
    roles: list[Role]


class Why(BaseModel):
    """Why something is done."""

    reason: str


class Invited(BaseModel):
    """A link that somebody is given, which is shown only now."""

    id: UUID
    link: str


class Api(NinjaAPI):
    """The API; its description is worked out once, for it takes seconds."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        """Return the description, the same for everybody."""
        if not any(asked.values()):
            return self._described
        return super().get_openapi_schema(**asked)

    @cached_property
    def _described(self) -> Any:
        return super().get_openapi_schema()


api = Api(
    title="Forename",
    version=__version__,
    description="docs/guides/api.md explains tokens, versions, idempotency keys and files.",
    urls_namespace="api",
    auth=[Token(), SessionAuth()],
    docs_url=None,
)
router = new_router("operation")


@router.get("/operations/", response={200: list[Opened], **REFUSALS}, operation_id="home")
def home(request: HttpRequest) -> Any:
    """List the operations that are open to the caller."""
    token = _token(request)
    mine = operations_of(request.user if token is None else token.user)
    if token is not None:
        mine = mine.filter(pk=token.operation_id)
    return [Opened(slug=o.slug, name=o.name, simulated=o.simulated) for o in mine]


@router.post("/operations/", response={201: Opened, **REFUSALS}, operation_id="new_operation")
def new_operation(request: HttpRequest, body: NewOperation) -> Any:
    """Open an operation; not with a token, which belongs to an operation."""
    user: Any = request.user
    if _token(request) is not None or not user.opens_operations:
        raise Http404
    form = OperationForm(body.model_dump())
    if not form.is_valid():
        return problem(refused_fields(form).errors)
    made = open_by(user, form)
    opened = Opened(slug=made.slug, name=made.name, simulated=made.simulated)
    return answered(201, opened.model_dump(mode="json"))


@router.get(
    "/o/{slug:operation}/", response={200: FirstScreen, **REFUSALS}, operation_id="operation"
)
def first_screen(request: HttpRequest, operation: str) -> Any:
    """Say what the first screen of an operation says."""
    actor = _member(request, operation, EVERYONE)
    return FirstScreen(
        figures=[
            Figure(value=f.value, unit=str(f.unit), definition=str(f.definition))
            for f in figures(actor)
        ],
        waiting=[
            Waiting(text=str(w.text), address=w.address, count=w.count) for w in waiting_for(actor)
        ],
    )


@router.post(
    "/o/{slug:operation}/people/invite/",
    response={201: Invited, **REFUSALS},
    operation_id="invite",
)
def invite(request: HttpRequest, operation: str, body: Invitee) -> Any:
    """Invite a person; the answer holds the link, which is shown only now."""
    actor = _member(request, operation, GRANTERS)
    form = InvitationForm(body.model_dump(mode="json"))
    if not form.is_valid():
        return problem(refused_fields(form).errors)
    invitation, token = invited(actor, form)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return answered(201, Invited(id=invitation.pk, link=link).model_dump(mode="json"))


@router.post(
    "/o/{slug:operation}/accounts/roles/{uuid:pk}/new-password/",
    response={201: Invited, **REFUSALS},
    operation_id="accounts_roles_new_password",
)
def new_password_link(request: HttpRequest, operation: str, pk: UUID, body: Why) -> Any:
    """Make a link to a new password for a person; it is shown only now."""
    actor = _member(request, operation, GRANTERS)
    grant = visible_record(GRANTS, actor, pk)
    form = ReasonForm(body.model_dump())
    made = link_for(actor, grant, form) if form.is_valid() else None
    if made is None:
        return problem(refused_fields(form).errors)
    link = request.build_absolute_uri(reverse("new-password", args=[made[1]]))
    return answered(201, Invited(id=made[0].pk, link=link).model_dump(mode="json"))


@router.get(
    "/o/{slug:operation}/figures/", response={200: Figures, **REFUSALS}, operation_id="figures"
)
def figure_lines(request: HttpRequest, operation: str) -> Any:
    """Tell the operation's figures, in which nobody is named and small numbers are withheld."""
    of = _member(request, operation, FIGURE_READERS).operation
    return Figures(
        least_shown=LEAST_SHOWN, lines=[FigureLine(**as_data(line)) for line in lines_of(of)]
    )


@router.get(
    "/o/{slug:operation}/jobs/", response={200: list[Work], **REFUSALS}, operation_id="jobs"
)
def jobs(request: HttpRequest, operation: str) -> Any:
    """List the caller's background jobs, newest first."""
    return [work_of(job) for job in own_jobs(_member(request, operation, EVERYONE))]


@router.get(
    "/o/{slug:operation}/jobs/{uuid:pk}/",
    response={200: Work, **REFUSALS},
    operation_id="jobs_page",
)
def job(request: HttpRequest, operation: str, pk: UUID) -> Any:
    """Tell how far a job is."""
    return work_of(own_job(_member(request, operation, EVERYONE), pk))


add_file_page(
    router, "/o/{slug:operation}/figures/export/{slug:form}/", figures_export,
    "figures-export", "form",
)  # fmt: skip
add_file_page(router, "/o/{slug:operation}/jobs/{uuid:pk}/file/", job_file, "jobs-file", "pk")
add_file_page(router, "/o/{slug:operation}/file/{uuid:pk}/", file_view, "file", "pk")
api.add_router("", router)
for kind in registered():
    api.add_router("", kind_router(kind))
api.add_router("", forename.report.api.router)
api.add_router("", forename.site.api.router)


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, _refusal: Exception) -> HttpResponse:
    """Answer a refusal as if there were nothing here."""
    return api.create_response(request, {"detail": "Not Found"}, status=404)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, _refusal: Exception) -> HttpResponse:
    """Say that the request without its files is larger than the server takes."""
    detail = "The request without its files is larger than 10 MB."
    return api.create_response(request, {"detail": detail}, status=413)


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
def unreadable(request: HttpRequest, _refusal: Exception) -> HttpResponse:
    """Say that the request cannot be read as what it says it is."""
    detail = "The request is broken, or has too many fields or files."
    return api.create_response(request, {"detail": detail}, status=400)


@api.exception_handler(ValidationError)
def not_as_described(request: HttpRequest, refusal: Any) -> HttpResponse:
    """Say, by field, what of a request is not as described."""
    errors: dict[str, list[str]] = {}
    for each in refusal.errors:
        where = [str(part) for part in each["loc"] if part not in ("body", "query", "path")]
        errors.setdefault(where[-1] if where else "", []).append(each["msg"])
    return api.create_response(request, Problem(errors=errors), status=422)


def _token(request: HttpRequest) -> ApiToken | None:
    return getattr(request, "api_token", None)


def _member(request: HttpRequest, operation: str, allowed: frozenset[Role]) -> Actor:
    actor = api_actor(request, operation)
    if not actor.may(allowed):
        raise Http404
    return actor
