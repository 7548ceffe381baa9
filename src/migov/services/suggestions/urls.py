"""Addresses of suggestions."""

from django.urls import path

from migov.services.suggestions import views, views_agreement, views_backlog, views_coverage, views_models

app_name = "suggestions"
urlpatterns = [
    path("records/<int:pk>/suggest/", views.suggest, name="suggest"),
    path("backlog/", views_backlog.backlog_page, name="backlog"),
    path("backlog/read/", views_backlog.read, name="backlog-read"),
    path("backlog/decide/", views_backlog.decide, name="backlog-decide"),
    path("models/", views_models.models, name="models"),
    path("models/<int:pk>/", views_models.model, name="model"),
    path("models/<int:pk>/reliability.<slug:fmt>", views_models.reliability, name="reliability"),
    path("models/<int:pk>/use/", views_models.use, name="use"),
    path("models/<slug:framework>/train/", views_models.train, name="train"),
    path("models/<slug:framework>/base/", views_models.base, name="base"),
    path("second/", views_agreement.second, name="second"),
    path("agreement/", views_agreement.agreements, name="agreement"),
    path("agreement/<int:pk>/settle/", views_agreement.settle, name="settle"),
    path("coverage/", views_coverage.overview, name="coverage"),
    path("coverage/rows/", views_coverage.rows, name="coverage-rows"),
    path("coverage/download/<slug:fmt>/", views_coverage.download, name="coverage-download"),
]
