"""Addresses of alignments."""

from django.urls import path

from migov.services.alignment import triage, views

app_name = "alignment"
urlpatterns = [
    path("", triage.triage, name="triage"),
    path("decide/", triage.decide, name="decide"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/reject/", views.reject, name="reject"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("records/<int:pk>/", views.record, name="record"),
    path("records/<int:pk>/history/", views.history, name="history"),
    path("records/<int:pk>/declare/", views.declare, name="declare"),
    path("records/<int:pk>/shares/<slug:framework>/", views.shares, name="shares"),
]
