"""One's own background jobs in an operation: the list, the page of one, its file."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from forename.accounts.access import Actor
from forename.accounts.rules import EVERYONE
from forename.records.exports import EXPORT_TYPES
from forename.records.kinds import kind_of
from forename.records.models import Job
from forename.records.views import blob_answer, page
from forename.records.works import kind_of_job

LISTED = 100


def own_jobs(actor: Actor) -> QuerySet[Job]:
    """Return a person's latest jobs in an operation, newest first."""
    mine = Job.objects.filter(operation=actor.operation, user=actor.user)
    return mine.order_by("-asked_at")[:LISTED]


def own_job(actor: Actor, pk: UUID) -> Job:
    """Return a person's own job, else raise Http404."""
    job = Job.objects.filter(operation=actor.operation, user=actor.user, pk=pk).first()
    if job is None:
        raise Http404
    return job


@page(EVERYONE)
def jobs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List one's jobs, newest first."""
    return render(request, "web/jobs.html", {"jobs": own_jobs(actor)})


@page(EVERYONE)
def job_page(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show how far a job is and what came of it."""
    job = own_job(actor, pk)
    kind = kind_of(job.asked.get("kind", ""))
    records = reverse(kind.list_name, args=[actor.operation.slug]) if kind is not None else ""
    part = request.headers.get("HX-Request") == "true"
    context = {"job": job, "records": records, "ended": job.ended_at is not None}
    return render(request, "web/job_state.html" if part else "web/job.html", context)


@page(EVERYONE)
def job_file(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the file that an export made, to whoever still has the roles it was made for."""
    del request
    job = own_job(actor, pk)
    if "sha256" not in job.result or not actor.roles.issuperset(job.result.get("roles", EVERYONE)):
        raise Http404
    try:
        kind_of_job(job, actor)
    except ValidationError as refusal:
        raise Http404 from refusal
    return blob_answer(job.result["sha256"], EXPORT_TYPES[job.asked["form"]], job.result["name"])


urlpatterns: list[URLPattern] = [
    path("", jobs, name="jobs"),
    path("<uuid:pk>/", job_page, name="jobs-page"),
    path("<uuid:pk>/file/", job_file, name="jobs-file"),
]
