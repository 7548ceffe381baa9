"""Addresses of files with values: the template out and in, exports of forms."""

from django.urls import path

from migov.work.results import views_kobo, views_sheets

urlpatterns = [
    path("report/<int:pk>/template.xlsx", views_sheets.template, name="sheet-template"),
    path("report/<int:pk>/file/", views_sheets.upload, name="sheet-upload"),
    path("report/<int:pk>/file/<slug:token>/", views_sheets.apply, name="sheet-apply"),
    path("report/<int:pk>/kobo/", views_kobo.forms_of, name="kobo"),
    path("report/<int:pk>/kobo/<int:key>/", views_kobo.page, name="kobo-map"),
    path("report/<int:pk>/kobo/<int:key>/rule/", views_kobo.rule, name="kobo-rule"),
    path("report/<int:pk>/kobo/<int:key>/remove/", views_kobo.remove, name="kobo-remove"),
    path("report/<int:pk>/kobo/<int:key>/read/", views_kobo.read, name="kobo-read"),
]
