"""A shelf of instruments that tests of pages look at."""

from __future__ import annotations

from datetime import date

import pytest

from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import Theme
from migov.work.policy.models import Guidance, GuidanceParagraph, Requirement, RequirementGuidance
from tests.work.policy.instruments.shelf import act
from tests.work.policy.making import instrument, requirement


@pytest.fixture
def shelf(db: None) -> Requirement:
    """A convention with two requirements, a protocol, an act of the Union, and acts of three States."""
    icrmw = instrument("icrmw", short_title="ICRMW", title="Convention on Migrant Workers", number="IV-13", order=1)
    instrument("op", short_title="Protocol", kind="protocol", to=icrmw, number="IV-99", order=2)
    union = instrument("eu-1", short_title="Return", body="eu", kind="directive", celex="32008L0115", order=3)
    one = requirement(icrmw, "16", "4", "No arbitrary arrest or detention", addressee="authority", terms=["detention"])
    requirement(icrmw, "17", "", "Detained migrants are treated with humanity", type="may")
    requirement(union, "15", "1", "Detention only where less coercive measures fail")
    requirement(icrmw, "18", "", "Taken out of the set", retired_at="2026-01-01T00:00Z")
    one.themes.add(Theme.objects.get(code="protection"))
    one.elements.add(Element.objects.get(framework__code="gcm", code="13"))
    comment = Guidance.objects.create(
        code="cmw-gc2", symbol="CMW/C/GC/2", title="General comment No. 2", committee="CMW"
    )
    RequirementGuidance.objects.create(requirement=one, guidance=comment, paragraphs="23-28")
    GuidanceParagraph.objects.create(guidance=comment, number="25", text="Detention is a last resort.")
    act("icrmw", "ALB")
    act("icrmw", "ALB", day="2007-06-06", source="Ministry", as_of=date(2026, 1, 1))
    act("icrmw", "MDA", "none", "")
    act("icrmw", "SRB", "signature", "2004-11-11")
    act("icrmw", "TUR", "reservation", "2004-09-27", text="Article 15 is not applied.")
    return one
