"""The official series of SDG indicator 10.7.2 as published: categories of countries (SG_CPA_MIGRS) and regional shares (SG_CPA_MIGRP)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place


class PolicyDomain(models.TextChoices):
    ALL = "alldomains", _("all domains")
    RIGHTS = "domain1", _("1 Migrant rights")
    WHOLE = "domain2", _("2 Whole-of-government and evidence-based policies")
    PARTNERSHIPS = "domain3", _("3 Cooperation and partnerships")
    WELLBEING = "domain4", _("4 Socioeconomic well-being")
    CRISES = "domain5", _("5 Mobility dimensions of crises")
    ORDERLY = "domain6", _("6 Safe, orderly and regular migration")


class Category(models.IntegerChoices):
    FURTHER = 1, _("requires further progress")
    PARTIAL = 2, _("partially meets")
    MEETS = 3, _("meets")
    FULLY = 4, _("fully meets")


class PublishedCategory(Fact):
    """The category of a country or area in a domain, as published. nature: the code of the series (C country data, G global monitoring)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="published_categories")
    domain = models.CharField(max_length=10, choices=PolicyDomain.choices)
    year = models.PositiveSmallIntegerField()
    category = models.PositiveSmallIntegerField(choices=Category.choices)
    nature = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=300)
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place", "year", "domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "domain", "year"],
                condition=Q(superseded_at__isnull=True),
                name="published_category_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(category__gte=1, category__lte=4) & Q(domain__in=PolicyDomain.values),
                name="published_category_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year} {self.domain}: {self.category}"


class PublishedShare(Fact):
    """The share of reporting countries that meet or fully meet, for an area of the series. percent: 0 to 100."""

    area = models.CharField(max_length=4, help_text=_("M49 code of the area."))
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=10, choices=PolicyDomain.choices)
    year = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=4, decimal_places=1)
    nature = models.CharField(max_length=4, blank=True)
    source = models.CharField(max_length=300)
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["area", "year", "domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "domain", "year"],
                condition=Q(superseded_at__isnull=True),
                name="published_share_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100) & Q(domain__in=PolicyDomain.values),
                name="published_share_of_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year} {self.domain}: {self.percent} %"
