"""Which seats a piece of work needs, and who sits there.

The rules are rows (ReviewRule). Those that migov ships are in data/rules.toml; a rule that people have changed is theirs and is not
loaded over. Every condition of a rule that is set has to hold. Rules that name the same seat, role and theme ask for one seat between
them; where the only person for a seat sits there already for another reason, the reasons are put together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from migov.foundation.people.models import Office, OfficeKind, Theme, User
from migov.foundation.records.models import Record
from migov.foundation.shell.formats import number
from migov.services.clearance import workdays
from migov.services.clearance.models import Review, ReviewRule, State, Verdict
from migov.services.clearance.queries.people import holders, stand_ins
from migov.services.clearance.subjects import Concerns

DATA = files("migov.services.clearance") / "data"
UNSAID = {"theme": "", "donor": "", "at_least": None, "flag": "", "required": True, "days": 5, "place": None}
FLAGS = {
    "regional": gettext_noop("it is carried out in several countries"),
    "eu-funded": gettext_noop("the European Union pays for it"),
    "legislation": gettext_noop("it is linked with legislation"),
}


@dataclass
class Needed:
    """A seat that the rules ask for: what for, who was found, and who stands in for that person today.

    days: working days for the review. others: how many people could have been asked.
    """

    seat: str
    role: str
    theme: Theme | None
    required: bool
    days: int
    rules: list[str]
    reasons: list[str]
    person: User | None = None
    stand_in: User | None = None
    others: int = 0
    why: list[str] = field(default_factory=list)

    @property
    def because(self) -> str:
        """Why it is asked for, in words."""
        return "; ".join(dict.fromkeys(self.reasons))

    def due(self, today: date | None = None) -> date:
        """By when, if it is asked for today."""
        return workdays.after(today or timezone.localdate(), self.days)


@transaction.atomic
def load_rules() -> int:
    """Create or update the shipped rules, except those that people have changed. Returns how many are shipped."""
    themes = {theme.code: theme for theme in Theme.objects.all()}
    own = set(ReviewRule.objects.filter(changed_at__isnull=False).values_list("code", flat=True))
    loaded = 0
    for order, given in enumerate(_shipped()):
        fields: dict[str, Any] = {**UNSAID, **given}
        subjects, code, theme = fields.pop("subjects"), fields.pop("code"), fields.pop("theme")
        if theme and theme not in themes:
            continue  # an office that has taken the theme out of its list
        if fields["at_least"] is not None:
            fields["at_least"] = Decimal(fields["at_least"])
        for subject in subjects:
            loaded += 1
            if (full := f"{subject}-{code}") not in own:
                values = {**fields, "subject": subject, "theme": themes.get(theme), "order": (order + 1) * 10}
                ReviewRule.objects.update_or_create(code=full, defaults=values)
    return loaded


def _shipped() -> list[dict[str, Any]]:
    return list(tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))["rule"])


def rules_for(subject: str) -> list[ReviewRule]:
    """The rules in force for what is cleared, in order. One query."""
    return list(ReviewRule.objects.filter(subject=subject, active=True).select_related("theme", "place"))


def reasons(rule: ReviewRule, concerns: Concerns) -> list[str] | None:
    """Why a rule applies, in words; None where it does not."""
    found: list[str] = []
    if rule.theme is not None:
        if rule.theme.code not in concerns.themes:
            return None
        found.append(_("theme: %s") % rule.theme.name)
    if rule.place is not None:
        if rule.place.code not in concerns.places:
            return None
        found.append(_("country: %s") % rule.place.name)
    if rule.donor:
        donor = _named(rule.donor, concerns.donors)
        if donor is None:
            return None
        found.append(_("donor: %s") % donor)
    if rule.at_least is not None:
        if concerns.budget is None or concerns.budget < rule.at_least:
            return None
        words = {"amount": number(rule.at_least), "currency": settings.MIGOV_REPORTING_CURRENCY}
        found.append(_("budget of %(amount)s %(currency)s or more") % words)
    if rule.flag:
        if rule.flag not in concerns.flags:
            return None
        found.append(_(FLAGS[rule.flag]) if rule.flag in FLAGS else rule.flag.replace("-", " "))
    return found or [_("always")]


def _named(parts: str, donors: Iterable[str]) -> str | None:
    """The first donor in whose name one of the parts stands as whole words."""
    words = "|".join(re.escape(part.strip()) for part in parts.split("|") if part.strip())
    if not words:
        return None
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    return next((donor for donor in donors if pattern.search(donor)), None)


def needed(concerns: Concerns, subject: str) -> list[Needed]:
    """The seats that the rules ask for, without the people. One query."""
    seats: dict[tuple[str, str, int | None], Needed] = {}
    for rule in rules_for(subject):
        why = reasons(rule, concerns)
        if why is None:
            continue
        seat = seats.setdefault(
            (rule.seat, rule.role, rule.theme_id),
            Needed(rule.seat, rule.role, rule.theme, False, rule.days, [], []),
        )
        seat.required = seat.required or rule.required
        seat.days = min(seat.days, rule.days)
        seat.rules.append(rule.code)
        seat.reasons += why
        if rule.why:
            seat.why.append(rule.why)
    return list(seats.values())


def explain(
    concerns: Concerns,
    subject: str,
    *,
    record: Record | None = None,
    authors: Iterable[User] = (),
    seated: Collection[int] = (),
    today: date | None = None,
) -> list[Needed]:
    """Who is asked if it is handed in today, and why. A bounded number of queries.

    People are looked for in the regional office above the record's office (any, without a record): those with the role and the rule's
    theme, never an author; first who has the fewest open reviews, among them who was asked longest ago. seated: people who sit there
    already. A seat for which nobody is found has no person. Somebody who is absent is asked all the same, with the stand-in.
    """
    wanted = needed(concerns, subject)
    people = _people({seat.role for seat in wanted}, record, {author.pk for author in authors})
    taken, placed = set(seated), []
    # Seats with the fewest candidates choose first: else the only specialist of a theme could be taken for another one.
    fitting = [(seat, [one for one in people if _fits(one, seat)]) for seat in wanted]
    for seat, able in sorted(fitting, key=lambda pair: len(pair[1])):
        seat.others = max(len(able) - 1, 0)
        free = [one for one in able if one.user.pk not in taken]
        if free:
            seat.person = free[0].user
            taken.add(seat.person.pk)
        elif able:
            seat.person = able[0].user  # sits there already: the reasons are put together
        placed.append(seat)
    placed.sort(key=wanted.index)
    merged = _merged(placed)
    away = stand_ins([seat.person.pk for seat in merged if seat.person], today)
    for seat in merged:
        seat.stand_in = away.get(seat.person.pk) if seat.person else None
    return merged


def _merged(seats: list[Needed]) -> list[Needed]:
    """One seat for each person; those for whom nobody was found as they are."""
    of: dict[int, Needed] = {}
    result: list[Needed] = []
    for seat in seats:
        first = of.get(seat.person.pk) if seat.person else None
        if first is None:
            result.append(seat)
            if seat.person:
                of[seat.person.pk] = seat
            continue
        first.seat = first.seat if seat.seat in first.seat.split(" + ") else f"{first.seat} + {seat.seat}"[:120]
        first.required = first.required or seat.required
        first.days = min(first.days, seat.days)
        first.rules += seat.rules
        first.reasons += seat.reasons
        first.why += seat.why
    return result


@dataclass(frozen=True)
class _Candidate:
    user: User
    roles: frozenset[str]
    themes: frozenset[int]


def _fits(one: _Candidate, seat: Needed) -> bool:
    return seat.role in one.roles and (seat.theme is None or seat.theme.pk in one.themes)


def _people(roles: set[str], record: Record | None, authors: set[int]) -> list[_Candidate]:
    """People of the regional office with one of the roles, who should be asked first first."""
    offices = regional_offices(record)
    at = Q(office__in=offices)
    found = [user for user in holders(roles, at) if user.pk not in authors]
    keys = [user.pk for user in found]
    expertise: dict[int, set[int]] = {}
    for user, theme in User.themes.through.objects.filter(user_id__in=keys).values_list("user_id", "theme_id"):
        expertise.setdefault(user, set()).add(theme)
    load = loads(keys)
    never = datetime.min.replace(tzinfo=UTC)
    found.sort(key=lambda user: (load[user.pk][0], load[user.pk][1] or never, user.pk))
    return [
        _Candidate(
            user,
            frozenset(row.role for row in user.standing if row.office_id in offices),
            frozenset(expertise.get(user.pk, ())),
        )
        for user in found
    ]


def regional_offices(record: Record | None) -> set[int]:
    """The regional office above a record's office; all of them where there is none above. One query."""
    tree = {pk: (parent, kind) for pk, parent, kind in Office.objects.values_list("pk", "parent_id", "kind")}
    office = record.office_id if record else None
    while office is not None:
        parent, kind = tree[office]
        if kind == OfficeKind.REGIONAL:
            return {office}
        office = parent
    return {pk for pk, (_parent, kind) in tree.items() if kind == OfficeKind.REGIONAL}


def open_reviews() -> Any:
    """Seats that owe a verdict on the newest round of a clearance in review, as a queryset."""
    given = Verdict.objects.current().filter(review=OuterRef("pk"), submission__number=OuterRef("clearance__round"))
    return Review.objects.filter(ended_at__isnull=True, clearance__state=State.OPEN).exclude(Exists(given))


def loads(people: Collection[int]) -> dict[int, tuple[int, datetime | None]]:
    """Person → (open reviews, when last asked). Two queries."""
    waiting = dict(
        open_reviews()
        .filter(reviewer__in=people)
        .order_by()
        .values_list("reviewer")
        .annotate(n=Count("pk"))
        .values_list("reviewer", "n")
    )
    asked = dict(
        Review.objects.filter(reviewer__in=people)
        .order_by()
        .values(who=F("reviewer_id"))
        .annotate(last=Max("asked_at"))
        .values_list("who", "last")
    )
    return {person: (waiting.get(person, 0), asked.get(person)) for person in people}
