"""Addresses of this part of the room."""

from django.urls import URLPattern, path

from migov.work.policy.instruments import views, views_places

urlpatterns: list[URLPattern] = [
    path("instruments/", views.instrument_list, name="instruments"),
    path("instruments/export/<str:fmt>/", views.instrument_export, name="instruments-export"),
    path("instruments/load/", views.load, name="instruments-load"),
    path("instruments/acts/new/", views.act_new, name="act-new"),
    path("instruments/matrix/", views_places.matrix_page, name="matrix"),
    path("instruments/matrix/export/<str:fmt>/", views_places.matrix_export, name="matrix-export"),
    path("instruments/<slug:code>/", views.instrument_page, name="instrument"),
    path("instruments/<slug:code>/states/<str:place>/", views.standing_page, name="standing"),
    path("requirements/", views.requirement_list, name="requirements"),
    path("requirements/export/<str:fmt>/", views.requirement_export, name="requirements-export"),
    path("requirements/<int:pk>/", views.requirement_page, name="requirement"),
    path("countries/", views_places.places, name="places"),
    path("countries/<str:code>/", views_places.place_page, name="place"),
    path("countries/<str:code>/export/<str:fmt>/", views_places.place_export, name="place-export"),
    path("countries/<str:code>/accession/<slug:instrument>/", views_places.accession, name="accession"),
    path(
        "countries/<str:code>/accession/<slug:instrument>/export/<str:fmt>/", views_places.accession_export, name="accession-export"
    ),
]  # fmt: skip
