"""Addresses of knowledge."""

from django.urls import path

from migov.work.knowledge import views, views_import, views_use

app_name = "knowledge"
urlpatterns = [
    path("", views.lessons, name="list"),
    path("export.<slug:fmt>", views.export, name="export"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/open/<int:record>/<slug:section>/", views_use.opened, name="open"),
    path("<int:pk>/say/<int:record>/<slug:section>/<slug:said>/", views_use.say, name="say"),
    path("offered/<str:token>/", views_use.offered, name="offered"),
    path("import/", views_import.choose, name="import"),
    path("import/example.<slug:fmt>", views_import.example, name="import-example"),
    path("import/<slug:token>/", views_import.apply, name="import-apply"),
    path("use/", views_use.overview, name="use"),
    path("use/export.<slug:fmt>", views_use.overview_export, name="use-export"),
    path("use/rows/", views_use.rows, name="use-rows"),
    path("use/rows/export.<slug:fmt>", views_use.rows_export, name="use-rows-export"),
]
