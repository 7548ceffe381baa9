"""Lessons: what was learnt, where, and what to do; and whether anybody was offered them and used them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.records.models import Record, Visibility

KIND = "lesson"


class LessonKind(models.TextChoices):
    WORKED = "worked", _("what worked")
    FAILED = "failed", _("what did not work")
    CAUTION = "caution", _("caution")


class Cycle(models.TextChoices):
    ANY = "any", _("any stage")
    DESIGN = "design", _("design")
    IMPLEMENTATION = "implementation", _("implementation")
    CLOSURE = "closure", _("closure")


class State(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    VALIDATED = "validated", _("validated")
    RETURNED = "returned", _("returned")
    RETIRED = "retired", _("retired")


class Lesson(models.Model):
    """A lesson. The sentence that says it is the title of its record; themes, places and elements hang on the record too.

    audience: who may see it once it is validated. Until then, and when it is retired, only the office sees it (actions.py keeps
    the visibility of the record so).
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="lesson")
    context = models.TextField(blank=True, help_text=_("Where and how it was learnt."))
    advice = models.TextField(help_text=_("What to do."))
    kind = models.CharField(max_length=8, choices=LessonKind.choices)
    cycle = models.CharField(max_length=14, choices=Cycle.choices, default=Cycle.ANY)
    source = models.ForeignKey(Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons")
    source_text = models.CharField(max_length=500, blank=True)
    source_link = models.CharField(max_length=1000, blank=True)
    source_page = models.CharField(max_length=20, blank=True)
    audience = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text=_("Why it was returned or retired."))
    review_by = models.DateField(null=True, blank=True, help_text=_("The day by which somebody looks at it again."))
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("returned", "retired")) | ~Q(reason=""), name="lesson_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False), name="lesson_decided_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("record")), name="lesson_not_its_own_successor"
            ),
        ]
        indexes = [models.Index(fields=["state"], name="lesson_state")]

    def __str__(self) -> str:
        return self.record.title


class LessonSection(models.Model):
    """A section of a proposal that a lesson belongs to, by the section's code."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="sections")
    code = models.SlugField(max_length=40, db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["lesson", "code"], name="lesson_section_once")]

    def __str__(self) -> str:
        return self.code


class Offer(models.Model):
    """A lesson was shown beside a section to somebody who writes it. Counted once a day for each project and section."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="offers")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="lesson_offers")
    section = models.SlugField(max_length=40, db_index=False)
    day = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "record", "section", "day"], name="offer_once_a_day")]
        indexes = [models.Index(fields=["day", "lesson"], name="offer_by_day")]

    def __str__(self) -> str:
        return f"{self.lesson_id} offered to {self.record_id}, {self.section}"


class Opening(models.Model):
    """A person opened a lesson from beside a section. Counted once a day for each person, project and section."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="openings")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="lesson_openings")
    section = models.SlugField(max_length=40, db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(default=timezone.localdate)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "record", "section", "person", "day"], name="opening_once_a_day"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["day", "lesson"], name="opening_by_day")]

    def __str__(self) -> str:
        return f"{self.lesson_id} opened for {self.record_id}, {self.section}"


class Said(models.TextChoices):
    USED = "used", _("used")
    DISMISSED = "dismissed", _("not helpful here")


class Answer(Fact):
    """What people say of a lesson in a project: it was used, or it does not help there. One stands for a lesson and a project."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="answers")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="lesson_answers")
    section = models.SlugField(max_length=40, blank=True, db_index=False)
    said = models.CharField(max_length=9, choices=Said.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "record"], condition=Q(superseded_at__isnull=True), name="answer_one_current"
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="answer_by_time")]

    def __str__(self) -> str:
        return f"{self.lesson_id} in {self.record_id}: {self.said}"
