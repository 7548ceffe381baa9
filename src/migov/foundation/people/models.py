"""Offices, users, the roles users hold in offices, and themes of expertise."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from migov.foundation.places.models import Place


class Theme(models.Model):
    """A field of expertise of the office."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class OfficeKind(models.TextChoices):
    REGIONAL = "regional", _("regional office")
    COUNTRY = "country", _("country office")
    SUB = "sub", _("sub-office")


class Office(models.Model):
    """An office in the tree: regional office, country offices, sub-offices. Offices open and close; both are dated."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=OfficeKind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="offices")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=OfficeKind.REGIONAL) | models.Q(parent__isnull=False),
                name="office_below_regional_has_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="office_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in. External focal points are tied to one country."""

    themes = models.ManyToManyField(Theme, blank=True, related_name="people")
    country = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, help_text=_("For external focal points: their country.")
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @cached_property
    def standing(self) -> list[Membership]:
        """The memberships valid today, with their offices, read once per request."""
        return list(self.memberships.valid().select_related("office"))


class Role(models.TextChoices):
    DEVELOPER = "developer", _("project developer")
    SPECIALIST = "specialist", _("thematic specialist")
    ENDORSER = "endorser", _("head of unit, endorser")
    MANDE = "mande", _("M&E officer")
    POLICY = "policy", _("policy officer")
    ANALYST = "analyst", _("displacement analyst")
    MANAGEMENT = "management", _("management")
    ADMINISTRATOR = "administrator", _("administrator")
    FOCAL_POINT = "focal-point", _("government focal point (external)")
    READER = "reader", _("donor or reader (external)")


EXTERNAL_ROLES = frozenset({Role.FOCAL_POINT, Role.READER})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid(self) -> MembershipQuerySet:
        """Memberships in force today."""
        today = timezone.localdate()
        return self.filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=today),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=today),
        )


class Membership(models.Model):
    """A role a user holds in an office, from one day to another."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "office", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.office}"
