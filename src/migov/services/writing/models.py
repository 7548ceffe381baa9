"""What every room that has papers keeps of their sections. The rooms make the tables: each adds the paper and the links between the rows.

A section is unique by paper and code; editions, words that were set aside and the lock have a field `section` (related names
`editions`, `set_aside`, `lock`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Section(models.Model):
    """A section of a paper. revision grows with every save; a save that was begun from an older one is kept aside.

    page: token of the page that saved last. page_from: the revision that its saves go back to; page_number: how many it has sent. By
    these an answer that got lost on the way is told from another's change, and a save that comes late from a newer one.
    """

    code = models.SlugField(max_length=40)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=40, blank=True)
    page_from = models.PositiveIntegerField(default=0)
    page_number = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Edition(models.Model):
    """An earlier text of a section, kept when another person or page goes on, or ten minutes have passed."""

    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class SetAside(models.Model):
    """A text that could not be saved because somebody else had gone on: kept until its author has settled it."""

    text = models.TextField()
    based_on = models.PositiveIntegerField(help_text=_("Revision that its author had begun from."))
    page = models.CharField(max_length=40, blank=True, help_text=_("Token of the page on which it was written."))
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Lock(models.Model):
    """Who writes a section now. It ends by itself (until), can be given up, and can be taken over."""

    holder = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, help_text=_("Of the page that holds it: one person may have two open."))
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        abstract = True
