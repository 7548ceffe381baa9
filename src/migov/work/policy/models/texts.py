"""A legal text or policy document, its versions, and the provisions found in each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.files.models import Document
from migov.work.policy.models.requests import AssistanceRequest

PERSON = settings.AUTH_USER_MODEL
KIND = "text"


class TextKind(models.TextChoices):
    LAW = "law", _("law")
    BILL = "bill", _("draft law")
    BYLAW = "bylaw", _("by-law or regulation")
    POLICY = "policy", _("policy")
    STRATEGY = "strategy", _("strategy or action plan")
    AGREEMENT = "agreement", _("agreement between States")
    OTHER = "other", _("other")


class TextStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("adopted")
    IN_FORCE = "in-force", _("in force")
    REPEALED = "repealed", _("repealed")


class LegalText(models.Model):
    """A text. Title, office, owner and visibility are on its record, its country among the record's places.

    request: the request with which it came. language: of the text that is held ("en"). citation: how a table names it in short.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="legal_text")
    kind = models.CharField(max_length=10, choices=TextKind.choices)
    status = models.CharField(max_length=10, choices=TextStatus.choices, default=TextStatus.DRAFT)
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="legal_texts")
    citation = models.CharField(max_length=120, blank=True, help_text=_("Short name for tables, with its number."))
    language = models.CharField(max_length=8, default="en")
    adopted_on = models.DateField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True, help_text=_("Where the official text is."))
    request = models.ForeignKey(
        AssistanceRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TextKind.values) & Q(status__in=TextStatus.values), name="text_words_are_known"
            )
        ]
        indexes = [models.Index(fields=["country", "kind"], name="text_by_country")]

    def __str__(self) -> str:
        return self.citation or str(self.record)


class VersionState(models.TextChoices):
    READING = "reading", _("being read")
    READ = "read", _("structure found")
    CHECKED = "checked", _("structure checked by hand")
    FAILED = "failed", _("no structure found")


class TextVersion(models.Model):
    """A version of a text, as it came. document: the file. preface: the words before the first provision. found: counts of what the
    reader met and doubted, for people ({"articles": 89, "doubts": [...]}).
    """

    text = models.ForeignKey(LegalText, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text=_("From 1, in the order they came."))
    label = models.CharField(max_length=120, blank=True, help_text=_('What people call it: "second reading".'))
    dated = models.DateField(null=True, blank=True, help_text=_("The day of the version."))
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=VersionState.choices, default=VersionState.READING)
    why = models.TextField(blank=True, help_text=_("Why no structure was found."))
    preface = models.TextField(blank=True)
    found = models.JSONField(default=dict)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows when its structure is corrected."))

    class Meta:
        ordering = ["text", "number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="text_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="text_version_from_one"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(why=""), name="text_version_failed_says_why"),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="text_version_words_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id}, version {self.number}"


class ProvisionKind(models.TextChoices):
    PART = "part", _("part")
    TITLE = "title", _("title")
    CHAPTER = "chapter", _("chapter")
    SECTION = "section", _("section")
    SCHEDULE = "schedule", _("schedule or annex")
    ARTICLE = "article", _("article")
    PARAGRAPH = "paragraph", _("paragraph")
    POINT = "point", _("point")
    TEXT = "text", _("text")


CONTAINERS = frozenset(
    {ProvisionKind.PART, ProvisionKind.TITLE, ProvisionKind.CHAPTER, ProvisionKind.SECTION, ProvisionKind.SCHEDULE}
)


class Provision(models.Model):
    """A node of a version's structure. article: the article it stands in (itself for one), null above articles.

    number: as printed without brackets ("12", "z^1", "q.a"). label: how a table cites it ("Article 12(1)(a)"). eid: Akoma Ntoso
    identifier, once in a version. text: its own words, without those of what stands below it. digest: of all its words, below
    included, without case, spaces and punctuation: two provisions with the same digest say the same. application: from when or on
    what condition it applies, where it says so ("from accession to the European Union").
    """

    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="provisions", db_index=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    article = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="within")
    kind = models.CharField(max_length=10, choices=ProvisionKind.choices)
    number = models.CharField(max_length=40, blank=True)
    heading = models.TextField(blank=True)
    text = models.TextField(blank=True)
    label = models.CharField(max_length=200)
    eid = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    application = models.CharField(max_length=200, blank=True)
    order = models.PositiveIntegerField(help_text=_("Reading order in the version, from 0."))
    depth = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "eid"], name="provision_eid_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="provision_not_own_parent"),
            models.CheckConstraint(condition=Q(kind__in=ProvisionKind.values), name="provision_words_are_known"),
        ]
        indexes = [
            models.Index(fields=["version", "order"], name="provision_in_order"),
            models.Index(fields=["version", "kind", "order"], name="provision_by_kind"),
        ]

    def __str__(self) -> str:
        return self.label
