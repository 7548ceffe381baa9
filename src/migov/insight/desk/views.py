"""The desk: the page a person starts from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from migov.foundation.people.access import allowed, is_internal, own_country, roles_of
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.insight.desk import queries, talks
from migov.services.alignment.access import decides
from migov.work.results import reporting


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me. People outside the office find what is shared with them; an account without a role is told so."""
    user = request.user
    if not roles_of(user):
        return render(request, "desk/no_role.html", status=403)
    if not is_internal(user):
        country = own_country(user)
        shared = Record.objects.visible_to(user).standing().filter(kind="project", project__isnull=False)
        return render(
            request,
            "desk/outside.html",
            {
                "country": Place.objects.filter(pk=country).first() if country else None,
                "projects": shared.select_related("office").order_by("-changed_at")[: queries.SHOWN],
                "count": shared.count(),
                "asked": queries.requests_of_government(user) if country else None,
                "assessments": talks.to_answer(user) if country else [],
            },
        )
    return render(
        request,
        "desk/desk.html",
        {
            "today": timezone.localdate(),
            "reviews": queries.reviews(user),
            "own": queries.own_in_review(user),
            "asked": queries.requests_waiting(user),
            "talks": queries.talks_waiting(user),
            "late_reviews": queries.late_reviews(user),
            "writing": queries.being_written(user),
            "reports": queries.reports_due(user),
            "to_write": queries.reports_to_write(user),
            "key_actions": queries.key_actions(user),
            "lessons": queries.lessons_to_validate(user),
            "returned_values": queries.returned_values(user),
            "to_verify": queries.values_to_verify(user),
            "reports_values": reporting.has_duties(user),
            "may_start": allowed(user, "proposals.start"),
            "suggestions": queries.suggestions(user),
            "late": queries.late_values(user),
            "unaligned": queries.unaligned(user),
            "lately": queries.lately(user),
            "jobs": queries.running_jobs(user),
            "may_decide": decides(user),
            "may_import": allowed(user, "import.iati"),
            "empty_register": not queries.my_projects(user).exists(),
        },
    )
