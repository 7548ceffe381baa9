"""Addresses of network plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from migov.work.governance.plans import views, views_actions

urlpatterns: list[URLPattern] = [
    path("plans/", views.register, name="plans"),
    path("plans/new/", views.new, name="plan-new"),
    path("plans/export.<str:fmt>", views.register_export, name="plans-export"),
    path("plans/actions/", views.all_actions, name="plan-actions"),
    path("plans/actions.<str:fmt>", views.all_actions_export, name="plan-actions-export"),
    path("plans/example.<str:fmt>", views_actions.example, name="plan-import-example"),
    path("plans/<int:pk>/", views.page, name="plan"),
    path("plans/<int:pk>/edit/", views.edit, name="plan-edit"),
    path("plans/<int:pk>/remove/", views.remove, name="plan-remove"),
    path("plans/<int:pk>/export.<str:fmt>", views.export, name="plan-export"),
    path("plans/<int:pk>/import/", views_actions.choose, name="plan-import"),
    path("plans/<int:pk>/import/<str:token>/", views_actions.apply, name="plan-import-apply"),
    path("plans/<int:pk>/actions/new/", views_actions.write, name="plan-action-new"),
    path("plans/<int:pk>/actions/<int:action>/", views_actions.page, name="plan-action"),
    path("plans/<int:pk>/actions/<int:action>/edit/", views_actions.write, name="plan-action-edit"),
    path("plans/<int:pk>/actions/<int:action>/report/", views_actions.update, name="plan-action-report"),
    path("plans/<int:pk>/actions/<int:action>/do/", views_actions.deed, name="plan-action-do"),
]
