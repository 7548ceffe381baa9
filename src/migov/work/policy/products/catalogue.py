"""The documents that are made of a review: what each is for, in which formats, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.services.documents import Rendered, Report, render
from migov.work.policy.models import TextVersion
from migov.work.policy.products import concordance, coverage, gaps, summary
from migov.work.policy.products.commented import commented
from migov.work.policy.products.edition import Edition
from migov.work.policy.texts.queries import outline

Make = Callable[[Edition, str], Rendered]


@dataclass(frozen=True)
class Document:
    """A document that can be made.

    of_frameworks: whether it is only for reviews against a framework. whole_text: whether it prints all of the text, and not only the
    provisions that rows cite.
    """

    code: str
    title: str | Promise
    sentence: str | Promise
    formats: tuple[str, ...]
    make: Make
    of_frameworks: bool = False
    whole_text: bool = False


def _of(report: Callable[[Edition], Report]) -> Make:
    return lambda edition, fmt: render(report(edition), fmt)


def _commented(edition: Edition, fmt: str) -> Rendered:
    version = TextVersion.objects.get(pk=edition.table.version)
    return commented(edition, outline(version), version.preface)


DOCUMENTS: dict[str, Document] = {
    one.code: one
    for one in (
        Document(
            "concordance", _("Table of concordance, nine columns"),
            _("Article by article: what the act asks, what the text says, whether it is fully approximated, by which act and when."),
            ("docx", "pdf", "xlsx"), _of(concordance.nine),
        ),
        Document(
            "compliance", _("Table of compliance, four columns"),
            _("The form of the European Commission: article, obligation, national provision, compliance on its scale."),
            ("docx", "pdf", "xlsx"), _of(concordance.four),
        ),
        Document(
            "commented", _("Commented draft"),
            _("The text itself, with the judgements and the wording proposed as Word comments on its provisions."),
            ("docx",), _commented, whole_text=True,
        ),
        Document(
            "gaps", _("Gap report"),
            _("What is missing, in conflict or incomplete, with recommendations ranked by weight and the answers of the government."),
            ("docx", "pdf"), _of(gaps.gap_report),
        ),
        Document(
            "summary", _("Summary on one page"),
            _("The assessment, the figures, the first recommendations and the statement of conformity."),
            ("pdf", "docx"), summary.one_page,
        ),
        Document(
            "coverage", _("Coverage of frameworks"),
            _("Which elements the text treats, fully, partly or not, and where: a heat map."),
            ("docx", "pdf", "xlsx"), _of(coverage.coverage), of_frameworks=True,
        ),
    )
}  # fmt: skip
