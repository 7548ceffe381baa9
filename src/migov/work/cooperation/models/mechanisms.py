"""Mechanisms of cooperation: the card, with the source of each fact, who takes part, who chairs.

Facts of different sources stand beside each other where they disagree; none overwrites another.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.partial_dates import check
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record

KIND = "mechanism"


class Body(models.Model):
    """An organisation, authority or group that takes part, chairs, keeps a secretariat or is responsible for something."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text=_("Of a national body.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.short_name or self.name


class MechanismType(models.TextChoices):
    CONSULTATION = "consultation", _("inter-State consultation mechanism")
    INTEGRATION = "integration", _("regional economic or integration process")
    NETWORK = "network", _("United Nations network or coalition")
    ORGANISATION = "organisation", _("organisation")
    INITIATIVE = "initiative", _("initiative")


class MechanismState(models.TextChoices):
    ACTIVE = "active", _("active")
    DORMANT = "dormant", _("dormant")
    ENDED = "ended", _("ended")


class Mechanism(models.Model):
    """A mechanism. Its name is its record's title; its themes of expertise are the record's. Everything else on the card is a CardFact.

    successor: what it became. body: the organisation it is, where it can take part in others. shipped: the state of the shipped register
    that was loaded last; empty for one that the office added.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="mechanism")
    code = models.SlugField(max_length=40, unique=True)
    short_name = models.CharField(max_length=60, blank=True)
    type = models.CharField(max_length=12, choices=MechanismType.choices)
    state = models.CharField(max_length=7, choices=MechanismState.choices, default=MechanismState.ACTIVE)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors")
    body = models.OneToOneField(Body, null=True, blank=True, on_delete=models.SET_NULL, related_name="mechanism")
    website = models.URLField(max_length=500, blank=True)
    our_role = models.TextField(blank=True, help_text=_("What the office does in it."))
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["record__title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=MechanismType.values) & Q(state__in=MechanismState.values),
                name="mechanism_words_are_known",
            )
        ]

    def __str__(self) -> str:
        return self.short_name or str(self.record)


class Source(models.Model):
    """What every sourced fact says of where it comes from. as_of: the partial date to which the source speaks.

    shipped: the row came with the shipped register, which still has it; stays on a row that the office withdrew, so that it is not
    brought back.
    """

    source = models.TextField(help_text=_("Publication or address."))
    as_of = models.CharField(max_length=10, blank=True, validators=[check])
    note = models.TextField(blank=True)
    shipped = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class Field(models.TextChoices):
    REGION = "region", _("Region")
    ASSOCIATION = "association", _("Formally associated with")
    ESTABLISHED = "established", _("Established")
    ENDED = "ended", _("Ended")
    OBJECTIVES = "objectives", _("Objectives")
    FOCUS = "focus", _("Thematic focus")
    SECRETARIAT = "secretariat", _("Secretariat")
    GOVERNANCE = "governance", _("How it works")
    DOCUMENT = "document", _("Founding and key documents")
    HISTORY = "history", _("History")


class CardFact(Fact, Source):
    """A line of the card: what a source says of one field. Several may stand; the order says which is read first."""

    mechanism = models.ForeignKey(Mechanism, on_delete=models.CASCADE, related_name="facts")
    field = models.CharField(max_length=12, choices=Field.choices)
    value = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["mechanism", "field", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(value="") & ~Q(source=""), name="mechanism_fact_says_by_whom"),
            models.CheckConstraint(condition=Q(field__in=Field.values), name="mechanism_field_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class Part(models.TextChoices):
    MEMBER = "member", _("member")
    PARTICIPANT = "participant", _("participating State")
    ASSOCIATE = "associate", _("associate member")
    CANDIDATE = "candidate", _("accession pending")
    OBSERVER = "observer", _("observer")
    PARTNER = "partner", _("partner")
    SUSPENDED = "suspended", _("suspended")
    FORMER = "former", _("former member")


class Membership(Fact, Source):
    """That a place or a body takes part in a mechanism, as a source says. since, until: partial dates. wording: the source's own word."""

    mechanism = models.ForeignKey(Mechanism, on_delete=models.CASCADE, related_name="memberships")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    part = models.CharField(max_length=11, choices=Part.choices)
    wording = models.CharField(max_length=100, blank=True)
    since = models.CharField(max_length=10, blank=True, validators=[check])
    until = models.CharField(max_length=10, blank=True, validators=[check])

    class Meta:
        ordering = ["mechanism", "part", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=True, body__isnull=False) | Q(place__isnull=False, body__isnull=True),
                name="membership_of_a_place_or_a_body",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="membership_says_by_whom"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="membership_part_is_known"),
            models.UniqueConstraint(
                fields=["mechanism", "place", "source", "part", "since"],
                condition=Q(superseded_at__isnull=True, place__isnull=False),
                name="membership_of_place_once_a_source",
            ),
            models.UniqueConstraint(
                fields=["mechanism", "body", "source", "part", "since"],
                condition=Q(superseded_at__isnull=True, body__isnull=False),
                name="membership_of_body_once_a_source",
            ),
        ]
        indexes = [models.Index(fields=["place", "mechanism"], name="membership_by_place")]

    def __str__(self) -> str:
        return f"{self.mechanism_id}: {self.place or self.body}"


class Chair(Fact, Source):
    """Who chairs, from when until when (partial dates; empty until: still, as far as the source knows)."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        CO_CHAIR = "co-chair", _("co-chair")
        VICE = "vice", _("vice-chair")

    mechanism = models.ForeignKey(Mechanism, on_delete=models.CASCADE, related_name="chairs")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="chairs")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="chairs")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.CHAIR)
    since = models.CharField(max_length=10, blank=True, validators=[check])
    until = models.CharField(max_length=10, blank=True, validators=[check])

    class Meta:
        ordering = ["mechanism", "-since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=True, body__isnull=False) | Q(place__isnull=False, body__isnull=True),
                name="chair_is_a_place_or_a_body",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="chair_says_by_whom"),
            models.CheckConstraint(condition=Q(role__in=["chair", "co-chair", "vice"]), name="chair_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism_id}: {self.place or self.body}"


class Contact(models.Model):
    """Whom to write to, by function, not by person: of a mechanism, or of a country's or body's side in it."""

    mechanism = models.ForeignKey(Mechanism, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place", "body", "function"]
        constraints = [models.CheckConstraint(condition=~Q(function=""), name="contact_has_a_function")]

    def __str__(self) -> str:
        return self.function
