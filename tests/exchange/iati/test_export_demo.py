"""The illustrative portfolio, were it published, is valid IATI: schema, codelists and ruleset find no error."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migov.exchange.iati.check import check_file
from migov.exchange.iati.export import export_activities
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.export_organisation import export_organisation
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record, Visibility
from migov.site.demo.loader import load


@pytest.mark.django_db
def test_the_illustrative_portfolio_is_valid(official: Callable[[str], Path], settings: Any) -> None:
    settings.MIGOV_IATI_ORG, settings.MIGOV_IATI_ORG_NAME, settings.MIGOV_IATI_ORG_TYPE = "XM-DAC-47066", "IOM", "40"
    load(by=SYSTEM)
    Record.objects.update(visibility=Visibility.PUBLIC)
    activities, organisation = io.BytesIO(), io.BytesIO()
    summary = export_activities(Choice(illustrative=True), activities)
    assert summary.activities == Record.objects.filter(kind="project").count() > 30
    export_organisation(organisation, choice=Choice(illustrative=True))
    for written in (activities, organisation):
        written.seek(0)
        report = check_file(written, official(""))
        assert (report.errors, report.findings) == (0, [])
