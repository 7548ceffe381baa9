"""Questions about learned models: which is in use for each framework, what was decided since, which versions there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.frameworks.models import Framework
from migov.foundation.shell import formats
from migov.services.alignment import reading
from migov.services.alignment.models import Status
from migov.services.matching.base import base_of
from migov.services.matching.encoder import is_installed
from migov.services.suggestions import cards, matcher
from migov.services.suggestions.decisions import decided
from migov.services.suggestions.learning import FEWEST, FEWEST_REJECTED
from migov.services.suggestions.models import ModelVersion


@dataclass(frozen=True)
class InUse:
    """A framework with the model in use (None: the base model), how many decisions there are, how many of them are newer
    than it and how many reject, and all its versions, newest first. set_aside: it was learnt over another base model, so the
    base model answers.
    """

    framework: Framework
    version: ModelVersion | None
    decisions: int
    since: int
    rejected: int
    versions: tuple[ModelVersion, ...]
    set_aside: bool = False

    @property
    def tried(self) -> dict[str, float]:
        """How the base model did on passages written for its framework that it had not seen: p_at_1, precision, promise, and on how
        many. Empty for a framework that none were written for."""
        card = base_of(self.framework.code).card
        if "passages" not in card:
            return {}
        own = card["sentences" if is_installed() else "plain"]
        return {name: own[name] for name in ("p_at_1", "precision")} | {"passages": card["passages"]}

    @property
    def lacking(self) -> int:
        """How many more decisions are needed before a training can tell something."""
        return max(FEWEST - (self.decisions if self.version is None else self.since), 0)

    @property
    def lacking_rejections(self) -> int:
        """How many more rejections are needed before a model can learn what does not fit."""
        return max(FEWEST_REJECTED - self.rejected, 0)

    @property
    def needed(self) -> str:
        """What is needed before a model can be trained, in words; empty where one can."""
        number, rejections = self.lacking, self.lacking_rejections
        if rejections and rejections >= number:
            return ngettext(
                "%(number)s more rejection needed", "%(number)s more rejections needed", rejections
            ) % {"number": formats.number(rejections)}  # fmt: skip
        words = ngettext("%(number)s more decision needed", "%(number)s more decisions needed", number)
        if rejections:
            words = _("%(number)s more decisions needed, at least %(rejections)s of them rejections")
        said = {"number": formats.number(number), "rejections": formats.number(rejections)}
        return words % said if number else ""

    @property
    def base_name(self) -> str:
        """The exact name of the base model, which answers where no learned one is in use."""
        return base_of(self.framework.code).name + (" + sentences" if is_installed() else "")

    @property
    def exact_name(self) -> str:
        """The name that suggestions made now carry."""
        return self.base_name if self.version is None or self.set_aside else cards.exact_name(self.version)

    @property
    def name(self) -> str:
        """The same for people."""
        return reading.model_words(self.exact_name, self.framework.short_title)

    @property
    def verdict(self) -> cards.Verdict | None:
        return cards.verdict(self.version) if self.version else None


def versions() -> QuerySet[ModelVersion]:
    """All versions with what their pages show, without their bytes."""
    return ModelVersion.objects.defer("data").select_related("framework", "trained_by")


def before(version: ModelVersion) -> ModelVersion | None:
    """The version that was in use before this one and can be gone back to; None where there was none."""
    earlier = versions().filter(
        framework=version.framework, number__lt=version.number, state=ModelVersion.State.RETIRED
    )
    return earlier.order_by("-number").first()


def in_use() -> list[InUse]:
    """Every framework with its models. Three queries, and those of `matcher.current` where a learned model is in use."""
    current = ModelVersion.objects.filter(
        framework=OuterRef("element__framework"), state=ModelVersion.State.ACTIVE
    ).values("trained_at")
    rows = (
        decided()
        .annotate(trained=Subquery(current[:1]))
        .order_by()
        .values_list("element__framework")
        .annotate(
            total=Count("pk"),
            since=Count("pk", filter=Q(trained__isnull=True) | Q(decided_at__gt=F("trained"))),
            rejected=Count("pk", filter=Q(status=Status.REJECTED)),
        )
    )
    numbers = {framework: (total, since, rejected) for framework, total, since, rejected in rows}
    by_framework: dict[int, list[ModelVersion]] = {}
    for version in versions().order_by("framework", "-number"):
        by_framework.setdefault(version.framework_id, []).append(version)
    found = []
    for framework in Framework.objects.all():
        own = by_framework.get(framework.pk, [])
        active = next((version for version in own if version.state == ModelVersion.State.ACTIVE), None)
        numbers_of = numbers.get(framework.pk, (0, 0, 0))
        aside = active is not None and matcher.current().learned_for(framework.code) is None
        found.append(InUse(framework, active, *numbers_of, tuple(own), aside))
    return found
