"""The closed vocabularies of evaluations, with the words that the register and the two response forms use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PLANNED = "planned", _("planned")
    ONGOING = "ongoing", _("ongoing")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class Timing(models.TextChoices):
    EX_ANTE = "ex-ante", _("Ex-ante (before the start of a project/programme)")
    REAL_TIME = "real-time", _("Real-time (at the early stages of project/programme)")
    MID_TERM = "mid-term", _("Mid-term (during the project's implementation/programme)")
    FINAL = "final", _("Final (at the end of the project/programme)")
    EX_POST = "ex-post", _("Ex-post (after the end of the project/programme)")
    NOT_APPLICABLE = "n/a", _("Not applicable")
    NOT_AVAILABLE = "unknown", _("Not available")


class EvaluatorType(models.TextChoices):
    EXTERNAL = "external", _("External")
    INTERNAL = "internal", _("Internal")
    CENTRAL = "central", _("Central/OIO")
    MIXED = "mixed", _("Mixed (Internal/OIG and external)")
    JOINT = "joint", _("Joint")


class EvaluationLevel(models.TextChoices):
    DECENTRALIZED = "decentralized", _("Decentralized")
    CENTRALIZED = "centralized", _("Centralized")
    OTHER = "other", _("Other")


class Coverage(models.TextChoices):
    COUNTRY = "country", _("Country")
    MULTI_COUNTRY = "multi-country", _("Multi-country")
    REGIONAL = "regional", _("Regional")
    GLOBAL = "global", _("Global")
    NOT_SPECIFIED = "not-specified", _("Not specified")


class LabelKind(models.TextChoices):
    SCOPE = "scope", _("scope")
    COMMISSIONER = "commissioner", _("commissioned by")
    CROSS_CUTTING = "cross-cutting", _("cross-cutting theme")
    SUBTYPE = "subtype", _("kind of document")
    LANGUAGE = "language", _("language")
    THEME = "theme", _("thematic area as published")
    DONOR = "donor", _("donor")
    REGION = "region", _("region")
    COUNTRY = "country", _("country as published")


class Scope(models.TextChoices):
    PROJECT = "project", _("Programme/Project")
    THEMATIC = "thematic", _("Thematic")
    STRATEGY = "strategy", _("Strategy")
    SYNTHESIS = "synthesis", _("Synthesis")
    POLICY = "policy", _("Policy")
    NOT_APPLICABLE = "n/a", _("N/A")


class Commissioner(models.TextChoices):
    IOM = "iom", _("IOM")
    DONOR = "donor", _("Donor")
    UN = "un", _("UN")
    OTHER = "other", _("Other")


class CrossCutting(models.TextChoices):
    GENDER = "gender", _("Gender")
    RIGHTS = "rights", _("Rights-based approach")
    ENVIRONMENT = "environment", _("Environment")
    ACCOUNTABILITY = "aap", _("Accountability to affected populations")
    PROTECTION = "protection", _("Mainstreaming protection into crisis response")
    PRINCIPLED = "principled", _("Principled humanitarian action")


class Subtype(models.TextChoices):
    REPORT = "report", _("Evaluation report")
    EXTERNAL_REPORT = "external-report", _("External evaluation report")
    INTERNAL_REPORT = "internal-report", _("Internal evaluation report")
    BRIEF = "brief", _("Evaluation brief")
    SUMMARY = "summary", _("Evaluation summary")
    RESPONSE = "response", _("Management response")
    ANNEXES = "annexes", _("Annexes")
    RELATED = "related", _("Special related reports/documents")


# What a label of a closed kind may say; labels of the other kinds are open.
CLOSED: dict[str, type[models.TextChoices]] = {
    LabelKind.SCOPE: Scope,
    LabelKind.COMMISSIONER: Commissioner,
    LabelKind.CROSS_CUTTING: CrossCutting,
    LabelKind.SUBTYPE: Subtype,
}


class CriterionCode(models.TextChoices):
    RELEVANCE = "relevance", _("Relevance")
    COHERENCE = "coherence", _("Coherence")
    EFFECTIVENESS = "effectiveness", _("Effectiveness")
    EFFICIENCY = "efficiency", _("Efficiency")
    IMPACT = "impact", _("Impact")
    SUSTAINABILITY = "sustainability", _("Sustainability")
    OWN = "own", _("own criterion")


class Rating(models.TextChoices):
    EXCELLENT = "5", _("5 excellent")
    VERY_GOOD = "4", _("4 very good")
    GOOD = "3", _("3 good")
    ADEQUATE = "2", _("2 adequate")
    POOR = "1", _("1 poor")


class FindingKind(models.TextChoices):
    FINDING = "finding", _("finding")
    CONCLUSION = "conclusion", _("conclusion")


class Priority(models.TextChoices):
    HIGH = "1", _("1 high")
    MEDIUM = "2", _("2 medium")
    LOW = "3", _("3 low")


class ResponseForm(models.TextChoices):
    OF_2024 = "2024", _("form of 2024: open, completed, discarded")
    OF_2023 = "2023", _("form of 2023: not initiated, initiated, completed, no longer applicable")


class ResponseState(models.TextChoices):
    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")


class Verdict(models.TextChoices):
    ACCEPT = "accept", _("accept")
    PARTIALLY = "partially", _("partially accept")
    REJECT = "reject", _("reject")


class ActionStatus(models.TextChoices):
    OPEN = "open", _("open")
    NOT_INITIATED = "not-initiated", _("not initiated")
    INITIATED = "initiated", _("initiated")
    COMPLETED = "completed", _("completed")
    DISCARDED = "discarded", _("discarded")
    NO_LONGER_APPLICABLE = "not-applicable", _("no longer applicable")


# The words of each form, the first of which is what an action begins with.
STATUSES_OF_FORM: dict[str, tuple[ActionStatus, ...]] = {
    ResponseForm.OF_2024: (ActionStatus.OPEN, ActionStatus.COMPLETED, ActionStatus.DISCARDED),
    ResponseForm.OF_2023: (
        ActionStatus.NOT_INITIATED,
        ActionStatus.INITIATED,
        ActionStatus.COMPLETED,
        ActionStatus.NO_LONGER_APPLICABLE,
    ),
}
STILL_OPEN = (ActionStatus.OPEN, ActionStatus.NOT_INITIATED, ActionStatus.INITIATED)
GIVEN_UP = (ActionStatus.DISCARDED, ActionStatus.NO_LONGER_APPLICABLE)


class Met(models.TextChoices):
    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_MET = "not", _("not met")
    NOT_APPLICABLE = "n/a", _("not applicable")
