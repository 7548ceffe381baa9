"""Addresses of this part of the room."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from migov.work.cooperation.mechanisms import views, views_edit


class RowKind:
    """The kinds of row of a card, as addresses name them."""

    regex = "facts|members|chairs|contacts"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(RowKind, "mechanism_row")

urlpatterns: list[URLPattern] = [
    path("mechanisms/", views.mechanism_list, name="mechanisms"),
    path("mechanisms/export/<str:fmt>/", views.mechanism_export, name="mechanisms-export"),
    path("mechanisms/new/", views_edit.mechanism_new, name="mechanism-new"),
    path("mechanisms/matrix/", views.matrix_page, name="matrix"),
    path("mechanisms/matrix/export/<str:fmt>/", views.matrix_export, name="matrix-export"),
    path("mechanisms/graph/", views.graph_page, name="graph"),
    path("mechanisms/graph/export/<str:fmt>/", views.graph_export, name="graph-export"),
    path("mechanisms/countries/<str:code>/", views.country_page, name="mechanisms-of-country"),
    path("mechanisms/<slug:code>/", views.mechanism_page, name="mechanism"),
    path("mechanisms/<slug:code>/change/", views_edit.mechanism_change, name="mechanism-change"),
    path("mechanisms/<slug:code>/<mechanism_row:what>/new/", views_edit.row_form, name="mechanism-row-new"),
    path("mechanisms/<slug:code>/<mechanism_row:what>/<int:pk>/", views_edit.row_form, name="mechanism-row"),
    path(
        "mechanisms/<slug:code>/<mechanism_row:what>/<int:pk>/withdraw/", views_edit.row_withdraw, name="mechanism-row-withdraw"
    ),
]  # fmt: skip
