"""Addresses of gaps."""

from __future__ import annotations

from django.urls import URLPattern, path

from migov.insight.gaps import views

app_name = "gaps"
urlpatterns: list[URLPattern] = [
    path("assessments/<int:pk>/", views.assessment, name="assessment"),
    path("assessments/<int:pk>/document.<slug:fmt>", views.document, name="assessment-document"),
    path("assessments/<int:pk>/questions/<int:question>/", views.gap, name="gap"),
    path("actions/<int:pk>/concept-note/", views.concept_note, name="concept-note"),
]
