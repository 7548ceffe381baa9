"""Places: countries and areas in UN usage, the office's territories among them, sub-regions, and reporting regions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubRegion(models.Model):
    """A part of the office's region, as the office groups its territories."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class PlaceKind(models.TextChoices):
    COUNTRY = "country", _("country or area")
    REGION = "region", _("reporting region")


class Place(models.Model):
    """A country or area (code: ISO 3166-1 alpha-3; XKX for Kosovo (UNSCR 1244)) or a region of a published list (code: R + its code)."""

    code = models.CharField(max_length=12, unique=True)
    iso2 = models.CharField(max_length=2, blank=True, db_index=True)
    m49 = models.CharField(max_length=3, blank=True)
    kind = models.CharField(max_length=8, choices=PlaceKind.choices, default=PlaceKind.COUNTRY)
    name = models.CharField(max_length=120, help_text=_("Full name in UN usage."))
    short_name = models.CharField(max_length=120, help_text=_("Name for tables and maps."))
    subregion = models.ForeignKey(SubRegion, null=True, blank=True, on_delete=models.PROTECT, related_name="places")
    is_territory = models.BooleanField(default=False, help_text=_("One of the territories this office supports."))
    needs_footnote = models.BooleanField(default=False, help_text=_("Its footnote is printed wherever it is named."))
    latitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["short_name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_territory=False) | models.Q(subregion__isnull=False),
                name="place_territory_has_subregion",
            ),
            models.UniqueConstraint(fields=["iso2"], condition=~models.Q(iso2=""), name="place_iso2_once"),
        ]

    def __str__(self) -> str:
        return self.short_name
