"""Addresses of this part of the room."""

from __future__ import annotations

from django.urls import URLPattern, path

from migov.work.governance.roadmaps.views import lines, lists, page, years

urlpatterns: list[URLPattern] = [
    path("roadmaps/", lists.roadmaps, name="roadmaps"),
    path("roadmaps/export.<slug:fmt>", lists.export, name="roadmaps-export"),
    path("roadmaps/new/", lists.new, name="roadmap-new"),
    path("roadmaps/<int:pk>/", page.page, name="roadmap"),
    path("roadmaps/<int:pk>/edit/", page.edit, name="roadmap-edit"),
    path("roadmaps/<int:pk>/step/", page.step, name="roadmap-step"),
    path("roadmaps/<int:pk>/document.<slug:fmt>", page.document, name="roadmap-document"),
    path("roadmaps/<int:pk>/actions/new/", lines.new, name="roadmap-action-new"),
    path("roadmaps/<int:pk>/actions/<int:action>/", lines.page, name="roadmap-action"),
    path("roadmaps/<int:pk>/actions/<int:action>/edit/", lines.edit, name="roadmap-action-edit"),
    path("roadmaps/<int:pk>/actions/<int:action>/do/", lines.do, name="roadmap-action-do"),
    path("roadmaps/<int:pk>/follow-up/<int:year>/", years.follow_up, name="roadmap-follow-up"),
]
