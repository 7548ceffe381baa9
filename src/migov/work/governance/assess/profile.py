"""The profile of an assessment: what it came to, domain by domain. Made from the rows as they stand, or read from what was published.

Pages and documents are made from a profile, so what is published shows only what the copy holds: no comments, no answers of the
sides, no evidence that lies in work which the government may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.foundation.shell import formats
from migov.work.governance.assess.queries.sheets import Line, Sheet, groups_of, seen_evidence
from migov.work.governance.assess.standing import How
from migov.work.governance.models import AnswerEvidence, Assessment, Category

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence as it is shown. as_of: ISO date or empty. address: of its place inside migov."""

    kind: str
    title: str
    place: str = ""
    address: str = ""
    url: str = ""
    quote: str = ""
    figure: str = ""
    source: str = ""
    as_of: str = ""

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        return str(AnswerEvidence.Kind(self.kind).label)

    @property
    def words(self) -> str:
        """In one line: title, place, figure, source, day."""
        day = formats.day(self.as_of) if self.as_of else ""
        return " · ".join(filter(None, [self.title, self.place, self.figure, self.source, day]))

    @property
    def href(self) -> str:
        """Where it is: inside migov, or on the web; empty for neither."""
        return self.address or self.url


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what stands. how: of standing.How; option: code, empty where nothing stands; score: 0 to 1 or None."""

    code: str
    text: str
    short: str
    how: str
    option: str
    label: str
    score: Decimal | None
    note: str
    evidence: tuple[Shown, ...] = ()

    @property
    def name(self) -> str:
        """A few words for tables."""
        return self.short or self.text


@dataclass(frozen=True, slots=True)
class Part:
    """A domain. score: percent, 0 to 100, or None; category: 1 to 4; missing: codes of questions without an answer."""

    code: str
    title: str
    score: Decimal | None
    category: int | None
    answered: int
    asked: int
    not_applicable: int
    missing: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def words(self) -> str:
        """The category in words; empty without a score."""
        return str(Category(self.category).label) if self.category else ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an assessment came to. overall: percent or None. provisional: something is open or not agreed. published: ISO date or empty."""

    title: str
    country: str
    country_name: str
    footnote: bool
    year: int
    set_code: str
    set_version: int
    set_kind: str
    set_title: str
    set_source: str
    summary: str
    illustrative: bool
    published: str
    consent: str
    overall: Decimal | None
    category: int | None
    provisional: bool
    answered: int
    asked: int
    domains: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The category over all domains in words; empty without a score."""
        return str(Category(self.category).label) if self.category else ""

    @property
    def counted(self) -> int:
        """Questions with an answer that counts."""
        return sum(bool(one.option) for one in self.questions.values())

    @property
    def reservations(self) -> str:
        """What keeps the profile from being final, in a sentence or two; empty where nothing does."""
        return _reservations(self)

    @property
    def questions(self) -> dict[str, Question]:
        """All questions by their code."""
        return {one.code: one for part in self.domains for one in part.questions}


def _reservations(of: Profile) -> str:
    ways = [one.how for one in of.questions.values()]
    silent = [one.code for one in of.questions.values() if one.how == How.DISPUTED and not one.option]
    said = []
    if number := ways.count(How.OPEN):
        said.append(ngettext("%d question has no answer", "%d questions have no answer", number) % number)
    if number := ways.count(How.ONE):
        said.append(ngettext("%d was answered by one side only", "%d were answered by one side only", number) % number)
    if number := ways.count(How.DIFFERS):
        said.append(ngettext("on %d the answers differ", "on %d the answers differ", number) % number)
    parts = [_("Provisional: %s.") % ", ".join(said)] if said else []
    if silent:
        words = ngettext(
            "A disagreement is recorded on %s; no answer to it counts.",
            "Disagreements are recorded on %s; no answer to them counts.",
            len(silent),
        )
        parts.append(words % ", ".join(silent))
    if of.provisional and not parts:
        parts.append(_("Provisional: an answer was changed after it was agreed."))
    return " ".join(parts)


def of_rows(assessment: Assessment, viewer: Viewer | None) -> Profile:
    """The profile of the answers that stand, with the evidence that a viewer may know of; None: that its government may."""
    evidence = seen_evidence(assessment, viewer)
    return of_sheet(Sheet(assessment, groups_of(assessment, {}, evidence)))


def of_sheet(of: Sheet) -> Profile:
    """The profile of a sheet that holds all questions."""
    one, scores = of.assessment, of.scores
    by_code = {domain.code: domain for domain in scores.domains}
    parts = []
    for group in of.groups:
        scored = by_code[group.domain.code]
        parts.append(
            Part(
                scored.code, scored.title, scored.score, scored.category, scored.answered, scored.asked,
                scored.not_applicable, scored.missing, tuple(_question(line) for line in group.lines),
            )
        )  # fmt: skip
    country, kind = one.country, one.set
    return Profile(
        title=one.record.title, country=country.code, country_name=country.short_name, footnote=country.needs_footnote,
        year=one.year, set_code=kind.code, set_version=kind.version, set_kind=kind.kind, set_title=kind.title,
        set_source=kind.source, summary=one.summary, illustrative=one.record.illustrative,
        published=one.published_on.isoformat() if one.published_on else "", consent=one.consent_by,
        overall=scores.overall, category=scores.category, provisional=of.provisional, answered=of.answered,
        asked=len(of.lines), domains=tuple(parts),
    )  # fmt: skip


def _question(line: Line) -> Question:
    option = line.standing.option
    return Question(
        line.question.code, line.question.text, line.question.short, str(line.standing.how), option.code if option else "",
        option.label if option else "", option.score if option else None, line.standing.note,
        tuple(shown(one) for one in line.evidence),
    )  # fmt: skip


def shown(one: AnswerEvidence) -> Shown:
    """A piece of evidence as it is shown."""
    return Shown(
        one.kind, one.title, one.place, one.address, one.url, one.quote, one.figure, one.source,
        one.as_of.isoformat() if isinstance(one.as_of, date) else "",
    )  # fmt: skip


def as_json(profile: Profile) -> dict[str, Any]:
    """A profile as plain values, to be kept as what was published; `from_json` gives it back."""
    packed: dict[str, Any] = _packed(asdict(profile))
    return {"format": FORMAT, **packed}


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _packed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value


def from_json(kept: Mapping[str, Any]) -> Profile:
    """The profile that `as_json` packed. Raises ValueError for a format that is not known."""
    if kept.get("format") != FORMAT:
        raise ValueError(f"unknown format of a published assessment: {kept.get('format')!r}")
    parts = []
    for part in kept["domains"]:
        questions = tuple(
            Question(
                **_own(Question, one)
                | {
                    "score": _decimal(one["score"]),
                    "evidence": tuple(Shown(**_own(Shown, each)) for each in one["evidence"]),
                }
            )
            for one in part["questions"]
        )
        parts.append(
            Part(
                **_own(Part, part)
                | {"score": _decimal(part["score"]), "missing": tuple(part["missing"]), "questions": questions}
            )
        )
    return Profile(**_own(Profile, kept) | {"overall": _decimal(kept["overall"]), "domains": tuple(parts)})


def _own(of: type, kept: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(of)}
    return {key: value for key, value in kept.items() if key in names}


def _decimal(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another than before. better: True, False, or None where the two cannot be compared."""

    code: str
    name: str
    before: str
    now: str
    better: bool | None


def changes(before: Profile, now: Profile) -> list[Change]:
    """Questions of both whose answer is another by now; questions that only one of them asks are left out."""
    then = before.questions
    found = []
    for code, one in now.questions.items():
        was = then.get(code)
        if was is None or was.label == one.label or not (was.option and one.option):
            continue
        better = None
        if was.score is not None and one.score is not None and was.score != one.score:
            better = one.score > was.score
        found.append(Change(code, one.name, was.label, one.label, better))
    return found


def differences(before: Profile, now: Profile) -> dict[str, Decimal | None]:
    """Percentage points by which each domain (by its code) changed; None where one of them has no score."""
    then = {part.code: part.score for part in before.domains}
    return {
        part.code: part.score - was if part.score is not None and (was := then.get(part.code)) is not None else None
        for part in now.domains
    }


def evidence_count(questions: Iterable[Question]) -> int:
    """How many pieces of evidence there are."""
    return sum(len(one.evidence) for one in questions)
