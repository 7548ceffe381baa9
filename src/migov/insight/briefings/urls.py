"""Addresses of briefing books."""

from __future__ import annotations

from django.urls import path

from migov.insight.briefings import views

app_name = "briefings"
urlpatterns = [
    path("", views.book_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.book, name="book"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/refresh/", views.refresh, name="refresh"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/editions/<int:number>/", views.book, name="edition"),
    path("<int:pk>/editions/<int:number>/changes/", views.changes, name="changes"),
    path("<int:pk>/editions/<int:number>.<slug:fmt>", views.document, name="document"),
]
