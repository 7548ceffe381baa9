"""Question sets: what an assessment asks, how answers score, and what counts as evidence. They are shipped as data, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element


class SetKind(models.TextChoices):
    SDG_10_7_2 = "sdg-10-7-2", _("SDG indicator 10.7.2")
    MIGOF = "migof", _("MiGOF self-assessment")
    OWN = "own", _("own question set")


class QuestionSet(models.Model):
    """A version of a set of questions. An assessment keeps the version it was begun with; only the standing one is offered for new ones."""

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=SetKind.choices)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True, help_text=_("What it is for and how it scores."))
    source = models.TextField(blank=True)
    standing = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="question_set_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(standing=True), name="question_set_one_standing"),
            models.CheckConstraint(condition=Q(kind__in=SetKind.values), name="question_set_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Domain(models.Model):
    """A domain of a set: one of the six of SDG indicator 10.7.2, or a principle or objective of MiGOF."""

    set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="domains")
    code = models.SlugField(max_length=20)
    title = models.CharField(max_length=200)
    element = models.ForeignKey(Element, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["set", "order"]
        constraints = [models.UniqueConstraint(fields=["set", "code"], name="domain_code_once")]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A question (a sub-category of 10.7.2). scope: what it asks and what it does not. evidence: what counts as evidence."""

    set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="questions")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=30)
    text = models.TextField()
    short = models.CharField(max_length=120, blank=True, help_text=_("A few words, for tables and charts."))
    scope = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    elements: models.ManyToManyField[Element, models.Model] = models.ManyToManyField(
        Element, through="QuestionElement", related_name="governance_questions"
    )

    class Meta:
        ordering = ["set", "order"]
        constraints = [models.UniqueConstraint(fields=["set", "code"], name="question_code_once")]

    def __str__(self) -> str:
        return self.text


class QuestionElement(models.Model):
    """A framework element that a question is about."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="question_elements")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "element"], name="question_element_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.element_id}"


class Option(models.Model):
    """An answer that may be chosen. score: 0 to 1; null where the answer takes the question out of the score ("not applicable")."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    code = models.SlugField(max_length=30)
    label = models.CharField(max_length=200)
    score = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["question", "order"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="option_code_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="option_score_of_one"
            ),
        ]

    def __str__(self) -> str:
        return self.label
