"""Instruments, what they require, and what each State has done about them."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Certainty, Element
from migov.foundation.history import Fact
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place

_FIRST = re.compile(r"[0-9a-z]+(?:[-–][0-9a-z]+)?")


class Body(models.TextChoices):
    UN = "un", _("United Nations")
    ILO = "ilo", _("International Labour Organization")
    COE = "coe", _("Council of Europe")
    EU = "eu", _("European Union")
    REGIONAL = "regional", _("regional")


class InstrumentKind(models.TextChoices):
    CONVENTION = "convention", _("convention or covenant")
    PROTOCOL = "protocol", _("protocol")
    DIRECTIVE = "directive", _("directive")
    REGULATION = "regulation", _("regulation")
    RECOMMENDATION = "recommendation", _("recommendation")
    DECLARATION = "declaration", _("declaration or resolution")
    AGREEMENT = "agreement", _("agreement")


TAKES_PARTIES = (InstrumentKind.CONVENTION, InstrumentKind.PROTOCOL, InstrumentKind.AGREEMENT)


class Weight(models.TextChoices):
    BINDING = "binding", _("binding")
    AUTHORITATIVE = "authoritative", _("authoritative interpretation")
    POLITICAL = "political", _("political commitment")


class Instrument(models.Model):
    """An instrument of international, European or regional law, or a commitment that stands beside it.

    number: as its depositary counts it ("IV-13", "C097", "CETS 197"). celex, eli: of acts of the Union. to: what a protocol belongs to.
    replaced_by: the act that took its place.
    """

    code = models.SlugField(max_length=40, unique=True)
    title = models.TextField(help_text=_("Official title."))
    short_title = models.CharField(max_length=80)
    body = models.CharField(max_length=10, choices=Body.choices)
    kind = models.CharField(max_length=16, choices=InstrumentKind.choices)
    weight = models.CharField(max_length=14, choices=Weight.choices, default=Weight.BINDING)
    number = models.CharField(max_length=40, blank=True)
    celex = models.CharField(max_length=20, blank=True)
    eli = models.CharField(max_length=120, blank=True)
    depositary = models.CharField(max_length=120, blank=True)
    place_adopted = models.CharField(max_length=80, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    transposed_by = models.DateField(null=True, blank=True, help_text=_("When Member States had to transpose it."))
    to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="protocols")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    source = models.CharField(max_length=300, blank=True)
    text_source = models.CharField(max_length=300, blank=True, help_text=_("Where the loaded text came from."))
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.OFFICIAL)
    note = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    shipped = models.CharField(max_length=64, blank=True, editable=False, help_text=_("Digest of the shipped file."))

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["celex"], condition=~Q(celex=""), name="instrument_celex_once"),
            models.CheckConstraint(
                condition=Q(body__in=Body.values) & Q(kind__in=InstrumentKind.values) & Q(weight__in=Weight.values),
                name="instrument_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.short_title

    @property
    def takes_parties(self) -> bool:
        """Whether States of the region can sign it or become parties to it. Acts of the Union and declarations take none."""
        return self.body != Body.EU and self.kind in TAKES_PARTIES


class Article(models.Model):
    """An article. number: as printed, without the word ("12", "1 bis"). text: only where the office has loaded it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="articles")
    number = models.CharField(max_length=20)
    heading = models.CharField(max_length=300, blank=True)
    part = models.CharField(max_length=300, blank=True, help_text=_("The part or chapter it stands in."))
    text = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["instrument", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["instrument", "number"], name="article_number_once")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.number}"


class Obligation(models.TextChoices):
    SHALL = "shall", _("shall")
    MAY = "may", _("may")
    DISCRETIONARY = "discretionary", _("discretionary")
    DEFINITION = "definition", _("definition")
    INSTITUTIONAL = "institutional", _("institutional")


class Addressee(models.TextChoices):
    STATE = "state", _("the State")
    LEGISLATOR = "legislator", _("the legislator")
    AUTHORITY = "authority", _("competent authorities")
    COURT = "court", _("courts")
    EMPLOYER = "employer", _("employers and agencies")
    CARRIER = "carrier", _("carriers")
    PERSON = "person", _("the person concerned")


class Requirement(models.Model):
    """What one paragraph of an article asks, in one line of our own words.

    code: stable, instrument and place ("icrmw-16.4"). paragraph: as printed ("4", "1(a)"); empty for the article as a whole.
    """

    code = models.CharField(max_length=60, unique=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="requirements")
    paragraph = models.CharField(max_length=30, blank=True)
    obligation = models.TextField()
    type = models.CharField(max_length=14, choices=Obligation.choices, default=Obligation.SHALL)
    addressee = models.CharField(max_length=10, choices=Addressee.choices, default=Addressee.STATE)
    weight = models.CharField(max_length=14, choices=Weight.choices, default=Weight.BINDING)
    terms: Any = models.JSONField(default=list, help_text=_("Words that provisions answering it often use."))
    themes = models.ManyToManyField(Theme, blank=True, related_name="+")
    elements = models.ManyToManyField(Element, blank=True, related_name="requirements")
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.OURS)
    order = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["article__instrument", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=Obligation.values)
                & Q(addressee__in=Addressee.values)
                & Q(weight__in=Weight.values),
                name="requirement_words_are_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.article}{f'({self.paragraph})' if self.paragraph else ''}"

    @property
    def place(self) -> str:
        """Where it stands in its instrument: "16(4)", "3(1)(a)"; a capital or a bracket follows as it is: "1A(2)", "3(a)"."""
        number, paragraph = self.article.number, self.paragraph
        first = _FIRST.match(paragraph)
        if first is None or (paragraph and not paragraph[0].islower() and not paragraph[0].isdigit()):
            return f"{number}{paragraph}"
        rest = paragraph[first.end() :]
        return f"{number}({first.group()}){rest}" if not rest or rest[0] == "(" else f"{number}({paragraph})"


class Guidance(models.Model):
    """A general comment or recommendation that interprets an instrument. symbol: as the United Nations cites it ("CMW/C/GC/2")."""

    code = models.SlugField(max_length=40, unique=True)
    symbol = models.CharField(max_length=60, blank=True)
    title = models.TextField()
    committee = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["committee", "year", "code"]
        verbose_name_plural = "guidance"

    def __str__(self) -> str:
        return self.title


class GuidanceParagraph(models.Model):
    """A paragraph of guidance, where the office has loaded its text."""

    guidance = models.ForeignKey(Guidance, on_delete=models.CASCADE, related_name="paragraphs")
    number = models.CharField(max_length=10)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["guidance", "order"]
        constraints = [models.UniqueConstraint(fields=["guidance", "number"], name="guidance_paragraph_once")]

    def __str__(self) -> str:
        return f"{self.guidance_id}: {self.number}"


class RequirementGuidance(models.Model):
    """Guidance on a requirement. paragraphs: as cited ("23-28"); empty for the comment as a whole."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="guidance")
    guidance = models.ForeignKey(Guidance, on_delete=models.PROTECT, related_name="requirements")
    paragraphs = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["requirement", "guidance"], name="requirement_guidance_once")]

    def __str__(self) -> str:
        return f"{self.requirement_id}: {self.guidance_id}"


class ActionKind(models.TextChoices):
    SIGNATURE = "signature", _("signature")
    RATIFICATION = "ratification", _("ratification")
    ACCEPTANCE = "acceptance", _("acceptance or approval")
    ACCESSION = "accession", _("accession")
    SUCCESSION = "succession", _("succession")
    IN_FORCE = "in-force", _("entry into force")
    RESERVATION = "reservation", _("reservation")
    DECLARATION = "declaration", _("declaration")
    OBJECTION = "objection", _("objection")
    WITHDRAWN = "withdrawn", _("withdrawal of a reservation or declaration")
    DENUNCIATION = "denunciation", _("denunciation")
    APPLIED = "applied", _("applied directly under the constitution")
    PARTY = "party", _("named as a party, act not said")
    PARTICIPANT = "participant", _("named as a participant: signatory or party")
    NONE = "none", _("nothing found in this source")


# Acts of which a State may do several on one day, each with its own words.
WORDED = (ActionKind.RESERVATION, ActionKind.DECLARATION, ActionKind.OBJECTION, ActionKind.WITHDRAWN)


class Precision(models.TextChoices):
    DAY = "day", _("day")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("no date")


class TreatyAction(Fact):
    """What one source says that a State has done about an instrument. Two sources may disagree: both rows stand.

    date: of the act; for precision "year" the first day of the year. as_of: the day up to which the source knew. text: of a
    reservation or declaration. kind "none": the source covers this State and names no act, which is not the same as not knowing.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="actions")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="treaty_actions")
    kind = models.CharField(max_length=12, choices=ActionKind.choices)
    date = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=7, choices=Precision.choices, default=Precision.DAY)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=200)
    source_url = models.TextField(blank=True)
    as_of = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["instrument", "place", "date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(precision="unknown", date__isnull=True) | (~Q(precision="unknown") & Q(date__isnull=False)),
                name="treaty_action_date_or_unknown",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ActionKind.values) & Q(precision__in=Precision.values),
                name="treaty_action_words_are_known",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="treaty_action_has_source"),
            models.UniqueConstraint(
                fields=["instrument", "place", "kind", "source", "date"],
                condition=Q(superseded_at__isnull=True) & ~Q(kind__in=WORDED),
                name="treaty_action_once",
            ),
            models.UniqueConstraint(
                fields=["instrument", "place", "kind", "source"],
                condition=Q(superseded_at__isnull=True, date__isnull=True) & ~Q(kind__in=WORDED),
                name="treaty_action_undated_once",
            ),
        ]
        indexes = [models.Index(fields=["place", "instrument"], name="treaty_action_by_place")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.instrument_id}: {self.kind} {self.date or ''}"
