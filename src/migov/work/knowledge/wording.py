"""Words of lessons: what the matcher reads of them, the sections they may belong to, what the journal says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.knowledge.models import Lesson

# The parts of a proposal, as far as they are known here; a lesson may name others.
SECTIONS = {
    "summary": _("Summary"),
    "rationale": _("Rationale"),
    "stakeholders": _("Stakeholders and coordination"),
    "beneficiaries": _("Beneficiaries"),
    "commitments": _("Links to commitments"),
    "approach": _("Approach"),
    "partnerships": _("Partnerships"),
    "sustainability": _("Sustainability and exit"),
    "cross-cutting": _("Cross-cutting themes"),
    "evaluation": _("Monitoring and evaluation"),
    "management": _("Management"),
    "matrix": _("Results matrix"),
    "budget": _("Budget"),
    "plan": _("Work plan"),
    "risks": _("Risks"),
}
VERBS = {
    "lesson added": _("Proposed"),
    "lesson changed": _("Changed"),
    "lesson validated": _("Validated"),
    "lesson returned": _("Returned to its author"),
    "lesson retired": _("Retired"),
    "lesson proposed": _("Proposed again"),
    "alignment declared": _("Alignment declared"),
    "alignment proposed": _("Alignment proposed"),
    "alignment confirmed": _("Alignment confirmed"),
    "alignment rejected": _("Alignment rejected"),
    "alignment withdrawn": _("Alignment withdrawn"),
    "matcher read": _("Read by the matcher"),
}
FIELDS = {
    "statement": _("Lesson"),
    "context": _("Where it was learnt"),
    "advice": _("What to do"),
    "kind": _("Kind"),
    "cycle": _("Helps most at"),
    "office": _("Office"),
    "themes": _("Themes"),
    "places": _("Countries and areas"),
    "sections": _("Parts of a proposal"),
    "source": _("From"),
    "source_text": _("Source in words"),
    "source_link": _("Link"),
    "source_page": _("Page"),
    "audience": _("Who may see it once validated"),
    "review_by": _("Look at it again by"),
    "supersedes": _("Takes the place of"),
}


def section_title(code: str) -> str:
    """The title of a section; the code itself, made readable, for one that is not known here."""
    return str(SECTIONS.get(code, code.replace("-", " ").capitalize()))


def verb(code: str) -> str:
    """A verb of the journal for people."""
    return str(VERBS.get(code, code[:1].upper() + code[1:]))


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Lesson → what the matcher reads of it. One query."""
    rows = Lesson.objects.filter(pk__in=keys).values_list("pk", "record__title", "advice", "context")
    return {
        pk: [Part(title, _("Lesson")), Part(advice, _("What to do")), Part(context, _("Where it was learnt"))]
        for pk, title, advice, context in rows
    }
