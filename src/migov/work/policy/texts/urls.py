"""Addresses of this part of the room."""

from django.urls import URLPattern, path

from migov.work.policy.texts import views, views_correct, views_versions

urlpatterns: list[URLPattern] = [
    path("texts/", views.texts, name="texts"),
    path("texts/export.<slug:fmt>", views.export, name="texts-export"),
    path("texts/new/", views.new, name="text-new"),
    path("texts/<int:pk>/", views.page, name="text"),
    path("texts/<int:pk>/edit/", views.edit, name="text-edit"),
    path("texts/<int:pk>/remove/", views.remove, name="text-remove"),
    path("texts/<int:pk>/versions/", views.add_version, name="text-version-new"),
    path("texts/<int:pk>/compare/", views_versions.compare, name="text-compare"),
    path("texts/<int:pk>/versions/<int:number>/", views_versions.page, name="text-version"),
    path("texts/<int:pk>/versions/<int:number>/akn.xml", views_versions.akoma_ntoso, name="text-version-akn"),
    path("texts/<int:pk>/versions/<int:number>/read/", views_versions.read, name="text-version-read"),
    path("texts/<int:pk>/versions/<int:number>/check/", views_correct.check, name="text-version-check"),
    path("texts/<int:pk>/versions/<int:number>/correct/<int:provision>/", views_correct.correct, name="text-correct"),
]
