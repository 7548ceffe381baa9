"""How reports are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Actor
from migov.foundation.people.models import Role
from migov.foundation.shell import formats
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, Rows, Text, as_json, from_json
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Concerns, Flag, Refused, Subject
from migov.services.writing import settling
from migov.work.reports import content, outlines, reading
from migov.work.reports.actions import life
from migov.work.reports.actions.desk import DESK
from migov.work.reports.facts import Facts
from migov.work.reports.models import Report, Section

if TYPE_CHECKING:
    from migov.foundation.people.models import User

REPORT = "report"
LONGEST = 280  # characters of a passage


def report_of(clearance: Clearance) -> Report:
    """The report that is cleared. Raises Report.DoesNotExist."""
    return Report.objects.select_related(
        "record__owner", "record__office", "record__parent", "project__record__office", "project__record__owner"
    ).get(pk=clearance.record_id)


def rows(clearance: Clearance) -> Iterable[Model]:
    """What is frozen beside what it says: the report and its sections. The figures are in the content."""
    report = report_of(clearance)
    return [report, *report.sections.all()]


def concerns(clearance: Clearance) -> Concerns:
    """Themes and places of the project, and its donors."""
    report = report_of(clearance)
    record = report.project.record
    themes = record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    places = frozenset(record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True))
    donors = report.project.participations.filter(role="1").values_list("organisation__name", flat=True)
    return Concerns(
        themes=frozenset(themes), places=places, donors=tuple(name for name in donors if name),
        flags=frozenset({"regional"} if len(places) > 1 else ()),
    )  # fmt: skip


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why it cannot be handed in now."""
    report = report_of(clearance)
    if not report.is_open:
        return [_("This report is “%s” already.") % report.get_state_display()]
    return [one.text for one in reading.findings(report) if one.hinders]


def changed_since(clearance: Clearance, facts: Facts | None = None) -> tuple[list[str], list[str]]:
    """Titles of the texts, and of the tables, that say something else by now than the newest round. facts: of the report, if at hand."""
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return [], []
    then = {part["anchor"]: part for part in kept.content["parts"]}
    facts = facts or Facts(report_of(clearance))
    stands = json.loads(json.dumps(as_json(content.content(facts.report, facts))))
    now = {part["anchor"]: part for part in stands["parts"]}
    both = {**then, **now}
    differ = [part for anchor, part in both.items() if then.get(anchor) != now.get(anchor)]
    texts = [str(part["title"]) for part in differ if "text" in part]
    return texts, [str(part["title"]) for part in differ if "text" not in part and part["anchor"] != content.HEADER]


def changed_words(clearance: Clearance, changed: Sequence[str]) -> str:
    """In a sentence, which texts were changed after the newest round was handed in."""
    given = {"round": clearance.round, "parts": ", ".join(changed)}
    return _("Changed after round %(round)s was handed in, and not read by reviewers: %(parts)s.") % given


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know: texts that were changed since, and tables whose figures read otherwise by now."""
    if not (clearance.pk and clearance.stands):
        return []
    texts, tables = changed_since(clearance)
    url = reverse("reports:review", args=[clearance.record_id])
    found = [Flag(changed_words(clearance, texts), True, url)] if texts else []
    if tables:
        said = _(
            "Figures have changed since it was handed in: %s. The version that is endorsed keeps those it was handed in with."
        )
        found.append(Flag(said % ", ".join(tables), False, url))
    return found


def url(clearance: Clearance) -> str:
    return reverse("reports:page", args=[clearance.record_id])


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where its author changes what stands at an anchor, or where the figure comes from."""
    kind, _colon, key = anchor.partition(":")
    if kind == "section" and key:
        return reverse("reports:section", args=[clearance.record_id, key])
    return content.source_of(report_of(clearance), anchor) or url(clearance)


def accept(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a suggested wording in the place of the quote. Raises Refused where that is no text, or the words are gone."""
    if not anchor.startswith("section:"):
        raise Refused(_("Wording can be accepted in the text; figures come from the register and are corrected there."))
    settling.accept_wording(DESK, clearance, anchor, quote, wording, by)


def brief(said: Content) -> list[tuple[str, str]]:
    """A version in a few lines: what, for when, and the first sentences of what matters most."""
    facts = {line.anchor: line for part in said.parts if isinstance(part, Rows) for line in part.lines}
    texts = {part.anchor: part.text for part in said.parts if isinstance(part, Text)}
    found: list[tuple[str, str]] = []
    for code in ("type", "project", "donor", "places"):
        if (line := facts.get(f"{content.HEADER}:{code}")) is not None:
            value = str(line.values.get("value") or "")
            found.append((line.label, "" if value == formats.DASH else value))
    starts, ends = (
        facts[key].values.get("value") if (key := f"{content.HEADER}:{code}") in facts else None
        for code in ("period_starts", "period_ends")
    )
    found.append((_("Period"), formats.period(starts, ends) if starts and ends else ""))  # type: ignore[arg-type]
    for code in ("summary", "challenges", "next-steps"):
        found.append((outlines.title_of(code), _passage(texts.get(f"section:{code}", ""))))
    return [(label, text) for label, text in found if text]


def _passage(text: str) -> str:
    first = " ".join(text.split("\n\n")[0].split())
    return first if len(first) <= LONGEST else first[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def cleared(clearance: Clearance, _by: Actor) -> None:
    """Endorsed as it was handed in. Raises Refused where its text was changed since: those words would be lost without a word."""
    texts, _tables = changed_since(clearance)
    if texts:
        advice = _(
            "Let its authors hand it in again, or take their changes back: what is endorsed is what was reviewed."
        )
        raise Refused(f"{changed_words(clearance, texts)} {advice}")
    life.endorsed(clearance.record_id, clearance.submissions.get(number=clearance.round))


def authors(clearance: Clearance) -> list[User]:
    """The owner of the report; where it has none, of the project."""
    report = report_of(clearance)
    owner = report.record.owner or report.project.record.owner
    return [owner] if owner is not None else []


def endorsed_content(report: Report) -> Content | None:
    """What was endorsed, as it was frozen; None before."""
    return from_json(report.submission.content) if report.submission is not None else None


REPORTS = Subject(
    code=REPORT,
    label=gettext_lazy("Narrative report"),
    content=lambda clearance: content.content(report_of(clearance)),
    rows=rows,
    concerns=concerns,
    url=url,
    place_url=place_url,
    authors=authors,
    checklist=outlines.checklist(),
    hinders=hinders,
    flags=flags,
    brief=brief,
    accept=accept,
    submitted=lambda clearance, _submission, _by: life.to_review(clearance.record_id),
    returned=lambda clearance, _by: life.to_draft(clearance.record_id),
    cleared=cleared,
    refused=lambda clearance, _by: life.to_draft(clearance.record_id),
    withdrawn=lambda clearance, _by: life.to_draft(clearance.record_id),
    everything=frozenset({Role.MANDE}),
)


def register() -> None:
    """Make it known to clearance; called when the room is loaded."""
    subjects.register(REPORTS, Report, Section)
