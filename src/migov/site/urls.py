"""Addresses: every room under its own prefix, the desk at the front door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("migov.insight.desk.urls")),
    path("", include("migov.foundation.shell.urls")),
    path("accounts/", include("allauth.urls")),
    path("frameworks/", include("migov.foundation.frameworks.urls")),
    path("alignments/", include("migov.services.alignment.urls")),
    path("matching/", include("migov.services.suggestions.urls")),
    path("jobs/", include("migov.services.jobs.urls")),
    path("documents/", include("migov.services.files.urls")),
    path("portfolio/", include("migov.work.projects.urls")),
    path("results/", include("migov.work.results.urls")),
    path("proposals/", include("migov.work.proposals.urls")),
    path("evaluations/", include("migov.work.evaluations.urls")),
    path("lessons/", include("migov.work.knowledge.urls")),
    path("policy/", include("migov.work.policy.urls")),
    path("governance/", include("migov.work.governance.urls")),
    path("cooperation/", include("migov.work.cooperation.urls")),
    path("gaps/", include("migov.insight.gaps.urls")),
    path("briefings/", include("migov.insight.briefings.urls")),
    path("clearance/", include("migov.services.clearance.urls")),
    path("notices/", include("migov.services.notices.urls")),
    path("reports/narrative/", include("migov.work.reports.urls")),
    path("reports/contributions/", include("migov.insight.contributions.urls")),
    path("countries/", include("migov.insight.countries.urls")),
    path("reports/cards/", include("migov.insight.cards.urls")),
    path("reports/dashboard/", include("migov.insight.dashboards.urls")),
    path("iati/", include("migov.exchange.iati.publish_urls")),
    path("exchange/iati/", include("migov.exchange.iati.urls")),
    path("api/", include("migov.exchange.api.urls")),
]
