"""Documents: a file that belongs to a piece of work, its text, and the passages that the text is split into."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.models import Record

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer

KIND = "document"


class DocumentKind(models.TextChoices):
    CONCEPT = "concept-note", _("concept note")
    PROPOSAL = "proposal", _("proposal")
    AGREEMENT = "agreement", _("agreement or amendment")
    BUDGET = "budget", _("budget")
    WORKPLAN = "work-plan", _("work plan")
    DONOR_REPORT = "donor-report", _("report to the donor")
    EVALUATION = "evaluation", _("evaluation")
    RESPONSE = "response", _("management response")
    STUDY = "study", _("study or assessment")
    POLICY = "policy", _("law or policy text")
    PHOTO = "photo", _("photo")
    OTHER = "other", _("other")


class DocumentState(models.TextChoices):
    WAITING = "waiting", _("waiting to be read")
    READ = "read", _("read")
    UNREADABLE = "unreadable", _("unreadable")
    KEPT = "kept", _("kept, not read")


def stored_name(document: Document, name: str) -> str:
    """Where a file is stored: under its digest and a word that nobody can guess. Its own name is only a field."""
    return f"documents/{document.sha256[:2]}/{document.sha256}-{secrets.token_hex(16)}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Viewer) -> Self:
        """Documents that the user may see: those that the work they belong to lets them see, as long as it is in the register."""
        seen = Record.objects.visible_to(user)
        return self.filter(record__in=seen, of__in=seen.standing())

    def standing(self) -> Self:
        """The latest version of each document that was not removed."""
        return self.filter(record__removed_at__isnull=True)


class Document(models.Model):
    """A document. Title, office, visibility, who added it and when are on its record, which is a part of the record it belongs to.

    A new version is a document of its own in the same series; the record of the version before is taken from the register.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="document")
    of = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="documents")
    series = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    date = models.DateField(null=True, blank=True, help_text=_("The day that stands on the document."))
    language = models.CharField(max_length=8, blank=True, help_text=_("Code of the language, as it was read or said."))
    file = models.FileField(upload_to=stored_name, max_length=150)
    name = models.CharField(max_length=255, help_text=_("Of the file as it was added."))
    content_type = models.CharField(max_length=100, help_text=_("By what is in the file, not by its name."))
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.WAITING)
    why = models.TextField(blank=True, help_text=_("Why it could not be read, or which part of it."))
    pages = models.PositiveIntegerField(null=True, blank=True, help_text=_("Null where the format has no pages."))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="document_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="document_version_from_one"),
            models.CheckConstraint(condition=Q(size__gte=1), name="document_not_empty"),
            models.CheckConstraint(condition=~Q(record=F("of")), name="document_not_of_itself"),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.UNREADABLE) | ~Q(why=""), name="document_unreadable_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DocumentState.values) & Q(kind__in=DocumentKind.values),
                name="document_words_are_known",
            ),
        ]
        indexes = [models.Index(fields=["of", "sha256"], name="document_same_content")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def is_read(self) -> bool:
        return self.state == DocumentState.READ


class Text(models.Model):
    """All that was read of a document, as one text. Pages are parted by form feeds. Apart, so that lists never carry it."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.CASCADE, related_name="text")
    content = models.TextField()

    def __str__(self) -> str:
        return f"text of {self.document_id}"


class Passage(models.Model):
    """A part of a document's text, a few sentences long: what the matcher reads, and what a suggestion points at."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages", db_index=False)
    number = models.PositiveIntegerField(help_text=_("From 1, in reading order."))
    page = models.PositiveIntegerField(null=True, blank=True, help_text=_("From 1; null where there are no pages."))
    start = models.PositiveIntegerField(help_text=_("First character in the document's text."))
    end = models.PositiveIntegerField(help_text=_("Character after the last."))
    text = models.TextField()

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="passage_number_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="passage_is_not_empty"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & (Q(page__isnull=True) | Q(page__gte=1)), name="passage_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}, passage {self.number}"
