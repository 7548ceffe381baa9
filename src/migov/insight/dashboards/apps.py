from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "migov.insight.dashboards"
    label = "dashboards"
