"""Addresses of roll-ups."""

from django.urls import path

from migov.work.results import views_rollups as views

urlpatterns = [
    path("together/", views.rollup_list, name="rollups"),
    path("together/export.<slug:fmt>", views.rollup_list_export, name="rollups-export"),
    path("together/<slug:code>/", views.rollup_page, name="rollup"),
    path("together/<slug:code>/export.<slug:fmt>", views.rollup_export, name="rollup-export"),
    path("together/<slug:code>/overlap/", views.overlap_page, name="rollup-overlap"),
    path("overlaps/<int:pk>/withdraw/", views.overlap_withdraw, name="overlap-withdraw"),
]
