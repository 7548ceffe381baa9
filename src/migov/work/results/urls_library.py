"""Addresses of the library of standard indicators."""

from django.urls import path

from migov.work.results import views_library as views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/export.<slug:fmt>", views.export, name="library-export"),
    path("library/new/", views.new, name="standard-new"),
    path("library/<int:pk>/", views.standard, name="standard"),
    path("library/<int:pk>/edit/", views.edit, name="standard-edit"),
    path("library/<int:pk>/retire/", views.retire, name="standard-retire"),
    path("library/dimensions/", views.dimensions, name="dimensions"),
    path("library/dimensions/new/", views.dimension, name="dimension-new"),
    path("library/dimensions/<slug:code>/", views.dimension, name="dimension"),
    path("library/link/<int:pk>/", views.link, name="standard-link"),
]
