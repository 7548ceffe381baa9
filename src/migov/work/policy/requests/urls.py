"""Addresses of this part of the room."""

from django.urls import URLPattern, path

from migov.work.policy.requests.views import filing, lists, page

urlpatterns: list[URLPattern] = [
    path("requests/", lists.requests, name="requests"),
    path("requests/export.<slug:fmt>", lists.export, name="requests-export"),
    path("requests/year/", lists.year, name="requests-year"),
    path("requests/year.<slug:fmt>", lists.year_document, name="requests-year-document"),
    path("requests/new/", filing.new, name="request-new"),
    path("requests/<int:pk>/", page.page, name="request"),
    path("requests/<int:pk>/edit/", filing.edit, name="request-edit"),
    path("requests/<int:pk>/step/", page.step, name="request-step"),
    path("requests/<int:pk>/row/", page.row, name="request-row"),
    path("requests/<int:pk>/documents/", page.documents, name="request-documents"),
    path("requests/<int:pk>/share/", page.share, name="request-share"),
]
