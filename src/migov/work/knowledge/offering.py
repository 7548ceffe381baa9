"""Lessons beside the section that is being written: which fit, and why each is shown.

A lesson fits by its words, by the framework elements that both it and the project are aligned to, by theme, country and section. What
people dismissed for a project is not offered there again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core import signing
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import is_internal
from migov.foundation.records.models import Record, RecordPlace, RecordTheme
from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Status
from migov.services.suggestions.hints import MOST, Asked, Hint
from migov.work.knowledge import usage
from migov.work.knowledge.likeness import Likeness, like
from migov.work.knowledge.models import Answer, Cycle, Lesson, LessonSection, Said, State
from migov.work.knowledge.queries import lessons_for

LEAST = 0.08  # below this likeness two texts share only common words
FEWEST_SHARED = 2  # one shared word is chance
LEAST_SCORE = 0.1
# What else speaks for a lesson, beside the likeness of its words (0 to 1, seldom above 0.4).
ELEMENT, SECTION, THEME, PLACE = 0.12, 0.08, 0.06, 0.06
OTHER_SECTION, LATER = -0.06, -0.05  # meant for another part of the paper; for those who carry out or close
ADVICE_SHOWN = 220
SALT = "knowledge.offered"
A_DAY = 24 * 3600


@dataclass(slots=True)
class Fit:
    """How a lesson fits what is being written. elements, themes, places: what it shares with the project, by name."""

    key: int
    likeness: float = 0.0
    words: tuple[str, ...] = ()
    elements: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    for_section: bool = False
    other_section: bool = False
    later: bool = False
    said: str = ""

    @property
    def score(self) -> float:
        """What orders the offers."""
        more = (
            (self.elements, ELEMENT), (self.for_section, SECTION), (self.themes, THEME), (self.places, PLACE),
            (self.other_section, OTHER_SECTION), (self.later, LATER),
        )  # fmt: skip
        return self.likeness + sum(weight for holds, weight in more if holds)

    @property
    def fits(self) -> bool:
        """Whether it is worth a reader's time."""
        by_words = self.likeness >= LEAST and len(self.words) >= FEWEST_SHARED
        by_tags = bool(self.elements) or bool(self.themes and self.places)
        by_part = self.for_section and bool(self.themes or self.places)
        return (by_words or by_tags or by_part) and self.score >= LEAST_SCORE

    @property
    def because(self) -> str:
        """Why it is shown, in words."""
        said = [_("shared words: %s") % ", ".join(self.words)] if self.words else []
        said += [_("same element: %s") % ", ".join(self.elements[:3])] if self.elements else []
        said += [_("same country: %s") % ", ".join(self.places[:3])] if self.places else []
        said += [_("same theme: %s") % ", ".join(self.themes[:3])] if self.themes else []
        said += [_("meant for this part")] if self.for_section else []
        words = "; ".join(said)
        return words[:1].upper() + words[1:]


def fitting(asked: Asked) -> list[Fit]:
    """The lessons that fit, best first: only validated ones that the viewer may see. Seven queries, more after lessons changed."""
    seen = dict(lessons_for(asked.viewer).filter(state=State.VALIDATED).values_list("pk", "cycle"))
    if not seen:
        return []
    alike = like(asked.text)
    fits = {
        key: Fit(key, alike.scores.get(key, 0.0), later=cycle in (Cycle.IMPLEMENTATION, Cycle.CLOSURE))
        for key, cycle in seen.items()
    }
    _tags(asked.record, fits)
    for key, code in LessonSection.objects.filter(lesson__state=State.VALIDATED).values_list("lesson_id", "code"):
        if key in fits:
            fits[key].for_section |= code == asked.section
            fits[key].other_section = True
    for fit in fits.values():
        fit.other_section &= not fit.for_section
    for key, said in Answer.objects.current().filter(record=asked.record).values_list("lesson_id", "said"):
        if key in fits:
            fits[key].said = said
    return _best([fit for fit in fits.values() if fit.said != Said.DISMISSED and fit.score >= LEAST_SCORE], alike)


def _best(fits: list[Fit], alike: Likeness) -> list[Fit]:
    """The first that fit; which words are shared is asked only of those that are looked at."""
    found: list[Fit] = []
    for fit in sorted(fits, key=lambda fit: (-fit.score, fit.key)):
        if fit.likeness >= LEAST:
            fit.words = alike.shared(fit.key)
        if fit.fits:
            found.append(fit)
        if len(found) == MOST:
            break
    return found


def _tags(record: Record, fits: dict[int, Fit]) -> None:
    """What the lessons share with a project. Three queries."""
    themes = RecordTheme.objects.current()
    same = themes.filter(theme__in=themes.filter(record=record).values("theme"), record__lesson__state=State.VALIDATED)
    for theme in same.select_related("theme"):
        if theme.record_id in fits:
            fits[theme.record_id].themes.append(str(theme.theme))
    places = RecordPlace.objects.current()
    here = places.filter(place__in=places.filter(record=record).values("place"), record__lesson__state=State.VALIDATED)
    for place in here.select_related("place"):
        if place.record_id in fits:
            fits[place.record_id].places.append(formats.place(place.place))
    confirmed = Alignment.objects.current().filter(status=Status.CONFIRMED)
    mains = Element.objects.filter(alignments__in=confirmed.filter(record=record)).values("main")
    aligned = confirmed.filter(element__main__in=mains, record__lesson__state=State.VALIDATED)
    for row in aligned.select_related("element__framework").order_by("element__order"):
        if row.record_id in fits:
            fits[row.record_id].elements.append(str(row.element))


def find(asked: Asked) -> Sequence[Hint]:
    """The provider of hints. Who may write the project can say whether a lesson was used; only what they are shown is counted."""
    if not is_internal(asked.viewer):
        return []
    fits = fitting(asked)
    lessons = Lesson.objects.select_related("record").in_bulk([fit.key for fit in fits])
    writes = bool(fits) and usage.may_say(asked.viewer, asked.record)
    offered = [fit.key for fit in fits if not fit.said] if writes else []
    hints: list[Hint] = []
    for fit in fits:
        lesson, place = lessons[fit.key], [fit.key, asked.record.pk, asked.section]
        actions: list[tuple[str, str]] = []
        if offered and not hints:
            actions.append(("", reverse("knowledge:offered", args=[_token(asked, offered)])))
        if fit.said == Said.USED:
            actions.append((_("Not used after all"), reverse("knowledge:say", args=[*place, usage.NOTHING])))
        elif writes:
            actions.append((_("I used this"), reverse("knowledge:say", args=[*place, Said.USED])))
            actions.append((_("Not helpful here"), reverse("knowledge:say", args=[*place, Said.DISMISSED])))
        text = Truncator(" ".join(lesson.advice.split())).chars(ADVICE_SHOWN)
        url = reverse("knowledge:open", args=place)
        because = _("Used in this project. %s") % fit.because if fit.said else fit.because
        hints.append(Hint(lesson.record.title, text, url, because, tuple(actions)))
    return hints


def _token(asked: Asked, lessons: Sequence[int]) -> str:
    """What was offered to whom, signed: the page sends it back once the first offer came into sight, and nothing else can be counted."""
    return signing.dumps([asked.viewer.pk, asked.record.pk, asked.section, list(lessons)], salt=SALT)


def read_token(token: str, person: int) -> tuple[int, str, list[int]] | None:
    """Record, section and lessons that were offered to a person within a day; None for a token that is not theirs."""
    try:
        told, record, section, lessons = signing.loads(token, salt=SALT, max_age=A_DAY)
    except (signing.BadSignature, ValueError):
        return None
    return (record, section, lessons) if told == person else None
