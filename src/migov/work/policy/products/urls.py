"""Addresses of the documents of a review."""

from django.urls import URLPattern, path

from migov.work.policy.products import views

urlpatterns: list[URLPattern] = [
    path("reviews/<int:pk>/documents/", views.documents, name="review-documents"),
    path("reviews/<int:pk>/documents/<slug:product>.<slug:fmt>", views.document, name="review-document"),
    path("released/<int:pk>/documents/<slug:product>.<slug:fmt>", views.released, name="released-document"),
]
