"""Steps in the API: the fields of a step's form as JSON or, with files, as multipart/form-data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic import ValidationError as NotOfType

from forename.accounts.access import Actor
from forename.audit.models import Record
from forename.audit.recording import StaleEdit
from forename.records.api_answers import One, Problem, Stale, one_of, seen_in
from forename.records.forms import FilesField
from forename.records.history import differences_in_words
from forename.records.kinds import Kind, Step, kind_of
from forename.records.models import Submission
from forename.records.submissions import digest_of_request
from forename.records.tokens import api_actor
from forename.records.views import bound_form, run_step, visible_record

# In this order: the first class that a form's field is an instance of decides.
_TYPES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.MultipleChoiceField, list[str]),
    (forms.ModelMultipleChoiceField, list[UUID]),
    (forms.ModelChoiceField, UUID),
    (forms.DateTimeField, datetime),
    (forms.DateField, date),
    (forms.FloatField, float),
    (forms.IntegerField, int),
    (forms.BooleanField, bool),
    (forms.JSONField, Any),
)
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key gets the same answer, and acts once.",
}
VERSION_HEADER = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The version that was seen, as ETag gave it; instead of seen_version.",
}
Answer = Callable[[], tuple[int, BaseModel]]
Sent = tuple[MultiValueDict[str, Any], MultiValueDict[str, Any]]  # fields and files


def step_route(kind: Kind, step: Step) -> Callable[..., Any]:
    """Return the function behind a step's address."""
    body_type = body_of(kind, step)

    def act(request: HttpRequest, operation: str, pk: UUID | None = None) -> HttpResponse:
        actor = api_actor(request, operation)
        if not actor.may(step.run.allowed):
            raise Http404
        record = None if pk is None else visible_record(kind, actor, pk)
        try:
            fields, files = sent_to(request, body_type, step.form)
        except ValidationError as error:
            return problem(error.message_dict)
        seen, errors = _seen_version(request, step, fields)
        if errors:
            return problem(errors)
        answer = partial(_carry_out, kind, step, actor, record, (fields, files), seen)
        return once(request, actor, lambda: answer)

    return act


def described(kind: Kind, step: Step) -> dict[str, Any]:
    """Return what the OpenAPI description says of a step's body and headers."""
    schema = body_of(kind, step).model_json_schema()
    files = {n: f for n, f in step.form.base_fields.items() if isinstance(f, forms.FileField)}
    content: dict[str, Any] = {}
    if not any(f.required for f in files.values()):
        content["application/json"] = {"schema": schema}
    if files:
        one: dict[str, Any] = {"type": "string", "format": "binary"}
        many = {"type": "array", "items": one}
        properties = {n: many if isinstance(f, FilesField) else one for n, f in files.items()}
        needed = [*schema.get("required", []), *(n for n, f in files.items() if f.required)]
        content["multipart/form-data"] = {
            "schema": {
                **schema,
                "properties": {**schema.get("properties", {}), **properties},
                "required": needed,
            }
        }
    return {
        "requestBody": {"required": True, "content": content},
        "parameters": [KEY_HEADER] if step.creates else [KEY_HEADER, VERSION_HEADER],
    }


def body_of(kind: Kind, step: Step) -> type[BaseModel]:
    """Return the type of a step's JSON body: the form's fields, and the version that was seen."""
    fields: dict[str, Any] = {}
    if not step.creates:
        fields["seen_version"] = (int | None, Field(None, ge=1, le=2**31 - 1))
    for name, field in step.form.base_fields.items():
        if isinstance(field, forms.FileField):
            continue
        made: Any = next((t for form_type, t in _TYPES if isinstance(field, form_type)), str)
        required = field.required and not isinstance(field, forms.BooleanField)
        said = Field(... if required else None, description=_description(field))
        fields[name] = (made if required else made | None, said)
    name = f"{kind.url_name}-{step.name}".title().replace("-", "").replace("_", "")
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _description(field: forms.Field) -> str:
    """Return a field's label, help and choices in English."""
    with override("en"):
        said = [str(field.label or ""), str(field.help_text)]
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            said.append(f"One of: {', '.join(str(value) for value, _ in choices if value)}.")
        return ". ".join(part.rstrip(".") for part in said if part)


def sent_to(request: HttpRequest, body_type: type[BaseModel], form: type[forms.Form]) -> Sent:
    """Return the fields and files that were sent, as a page's form would have sent them.

    Raises ValidationError for what is no such body.
    """
    if request.content_type == "multipart/form-data":
        known = {*body_type.model_fields, *form.base_fields}
        strange = sorted({*request.POST, *request.FILES} - known)
        if strange:
            raise ValidationError({_safe(name): [_("There is no such field.")] for name in strange})
        return request.POST.copy(), request.FILES
    try:
        body = body_type.model_validate_json(request.body)
    except NotOfType as error:
        raise ValidationError(_in_fields(error)) from error
    values = body.model_dump(mode="json", exclude_none=True)
    fields: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in values.items():
        fields.setlist(name, value if isinstance(value, list) else [_as_sent(value)])
    return fields, MultiValueDict()


def once(request: HttpRequest, actor: Actor, prepare: Callable[[], Answer]) -> HttpResponse:
    """Answer a request; the same idempotency key gets the same answer, and acts once.

    ``prepare()`` runs outside of any transaction, for it may take long; what it returns acts and
    answers, in one transaction with the key. A key that comes back with another request is refused
    (422).
    """
    key = request.headers.get("Idempotency-Key", "")[:200]
    if not key or "\0" in key:
        status, value = prepare()()
        return answered(status, value.model_dump(mode="json"))
    digest = digest_of_request(request)
    mine = Submission.objects.filter(operation=actor.operation, user=actor.user, key=key)
    known = mine.first()
    if known is None:
        known = _answered_first(mine, key, digest, actor, prepare())
    if known.request_digest != digest:
        return problem(
            {"": [_("This Idempotency-Key was used for another request; take another.")]}
        )
    return answered(known.status, known.answer)


def _answered_first(mine: Any, key: str, digest: str, actor: Actor, answer: Answer) -> Submission:
    try:
        with transaction.atomic():
            known: Submission | None = mine.first()
            if known is None:
                status, value = answer()
                known = Submission.objects.create(
                    operation=actor.operation,
                    user=actor.user,
                    key=key,
                    request_digest=digest,
                    status=status,
                    answer=value.model_dump(mode="json"),
                )
            return known
    except IntegrityError:  # the same key arrived at the same time: its answer holds
        first: Submission = mine.get()
        return first


def answered(status: int, value: dict[str, Any]) -> HttpResponse:
    """Return an answer; that of a record or a stale edit carries the version."""
    answer = JsonResponse(value, status=status)
    if "version" in value:
        answer.headers["ETag"] = f'"{value["version"]}"'
    return answer


def problem(errors: dict[str, list[str]]) -> HttpResponse:
    """Return the refusal of what was sent, by field."""
    return JsonResponse({"errors": errors}, status=422)


def refused_fields(form: forms.Form) -> Problem:
    """Return what a form says against what was sent."""
    errors = {("" if f == "__all__" else f): [str(m) for m in e] for f, e in form.errors.items()}
    return Problem(errors=errors)


def _carry_out(
    kind: Kind, step: Step, actor: Actor, record: Any, sent: Sent, seen: str
) -> tuple[int, BaseModel]:
    _keep_unsaid(step, record, sent[0])
    form = bound_form(step, actor, record, *sent)
    try:
        result = run_step(step, actor, record, form, seen)
    except StaleEdit as stale:
        differences = differences_in_words(stale, kind, actor)
        plain = json.loads(json.dumps(differences, default=str))
        return 409, Stale(version=stale.record.version, differences=plain)
    if result is None:
        return 422, refused_fields(form)
    made = step.creates or (isinstance(result, Record) and result.pk != record.pk)
    return (201 if made else 200), _shown(kind, actor, result, record)


def _keep_unsaid(step: Step, record: Any, fields: MultiValueDict[str, Any]) -> None:
    """Let a yes that is not spoken of stay one: a page always sends it, and some protect people."""
    for name, field in step.form.base_fields.items():
        unsaid = isinstance(field, forms.BooleanField) and name not in fields
        if unsaid and getattr(record, name, False) is True:
            fields[name] = "true"


def _shown(kind: Kind, actor: Actor, result: Any, record: Any) -> One:
    """Return what a step made or changed, or what it was about where that is not open."""
    for each in (result, record):
        its_kind = kind_of(each) if isinstance(each, Record) else None
        if its_kind is not None:
            stored = its_kind.visible(actor).filter(pk=each.pk).first()
            if stored is not None:
                return one_of(its_kind, actor, stored)
    return One(kind=kind.url_name, id=result.pk, version=result.version, address="", values={},
               files=[])  # fmt: skip


def _seen_version(
    request: HttpRequest, step: Step, fields: MultiValueDict[str, Any]
) -> tuple[str, dict[str, list[str]]]:
    """Return the version that was seen, from the body or If-Match; else what is wrong."""
    if step.creates:
        return "", {}
    in_body = str(fields.pop("seen_version")[-1]) if "seen_version" in fields else ""
    in_header = seen_in(request)
    if in_header is None:
        missing = {"seen_version": [_("Say which version was seen, here or in If-Match.")]}
        return in_body, {} if in_body else missing
    if in_body and in_body != str(in_header):
        return "", {"seen_version": [_("If-Match names another version.")]}
    return str(in_header), {}


def _in_fields(error: NotOfType) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(_safe(part) for part in each["loc"][:1])
        found.setdefault(where, []).append(each["msg"])
    return found


def _safe(part: Any) -> str:
    return str(part).encode(errors="replace").decode()[:100]


def _as_sent(value: Any) -> Any:
    """Return a JSON value as a form would have sent it."""
    return json.dumps(value) if isinstance(value, dict) else value
