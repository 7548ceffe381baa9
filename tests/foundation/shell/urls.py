"""The shell without any room: sign-in, search, a page that shows every component, and pages that fail."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

PAGE = Path(__file__).with_name("components.html")
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 160" width="600" height="160">'
    '<rect x="40" y="80" width="120" height="60" fill="#0b4f9e"/>'
    '<rect x="200" y="40" width="120" height="100" fill="#0b4f9e"/></svg>'
)


class AlignmentForm(forms.Form):
    element = forms.CharField(label="Element", help_text="A code such as GCM 10.")
    reason = forms.CharField(label="Reason", widget=forms.Textarea, required=False)
    share = forms.DecimalField(label="Share in percent", max_value=100)
    role = forms.ChoiceField(
        label="Role", choices=[("principal", "Principal"), ("significant", "Significant")], widget=forms.RadioSelect
    )
    country = forms.ChoiceField(label="Country", choices=[("ALB", "Albania"), ("XKX", "Kosovo*")])
    report = forms.FileField(label="Report", required=False)
    sure = forms.BooleanField(label="I have read the scope note")


def components(request: HttpRequest) -> HttpResponse:
    form = AlignmentForm(data={"element": "GCM 10", "share": "140"})
    context = {
        "form": form,
        "page_obj": Paginator(range(230), 25).get_page(request.GET.get("page")),
        "heat_values": range(8),
        "starts": date(2025, 4, 1),
        "ends": date(2026, 6, 30),
        "columns": ["Year", "Results"],
        "rows": [("2024", 12), ("2025", 20)],
        "downloads": {"PNG": "/chart.png", "XLSX": "/chart.xlsx"},
    }
    return HttpResponse(engines["django"].from_string(PAGE.read_text(encoding="utf-8")).render(context, request))


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Only the M&E officer verifies values.")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("meant")


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("migov.foundation.shell.urls")),
    path("", components, name="front"),
    path("components/", components, name="components"),
    path("chart.svg", lambda request: HttpResponse(CHART, content_type="image/svg+xml")),
    path("refused/", refused),
    path("broken/", broken),
]
