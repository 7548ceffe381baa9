"""Pages of jobs: the list, one job with its progress, the stop button."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from migov.foundation.people import access
from migov.services.jobs import actions, queries, registry
from migov.services.jobs.models import Job

PER_PAGE = 50


def _job(request: HttpRequest, pk: int) -> Job:
    access.require(request.user, "jobs.see")
    return get_object_or_404(queries.jobs_of(request.user), pk=pk)


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """Jobs the person may see, newest first."""
    access.require(request.user, "jobs.see")
    page = Paginator(queries.jobs_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page, "rows": [queries.now(job) for job in page]})


@require_GET
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One job. Asked for by htmx, only the part that changes; once the job has ended the whole page is loaded again."""
    job = _job(request, pk)
    if request.headers.get("HX-Request") and not job.is_finished:
        return render(request, "jobs/state.html", {"now": queries.now(job)})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    facts = {"now": queries.now(job), "summary": queries.summary_rows(job), "result": registry.page_of(job)}
    return render(request, "jobs/page.html", facts)


@require_POST
def job_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the job to stop, then show it again."""
    job = _job(request, pk)
    try:
        actions.stop(job, by=request.user)  # type: ignore[arg-type]  # signed in: the job was found for this person
    except actions.AlreadyFinished as told:
        messages.warning(request, str(told))
    else:
        messages.info(request, _("Asked to stop. It stops at its next step; nothing that it did will be kept."))
    return redirect("jobs:page", pk=pk)
