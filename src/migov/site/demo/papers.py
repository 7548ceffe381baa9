"""A few documents of the illustrative portfolio, made on the spot, added and read as people would add them. Nothing in them is real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile

from migov.foundation.records.models import JournalEntry, Record
from migov.services.documents import Block, Bullets, PageBreak, Paragraph, Report, Section, render
from migov.services.files import actions
from migov.services.files.models import Document, DocumentKind
from migov.site.demo.timeline import Staff
from migov.work.projects.models import KIND

SOURCE = "illustrative portfolio"
NOTICE = "Illustrative document, written for the demonstration. No person, figure or event in it is real."


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a project. Its parts are headings with their paragraphs; each begins a page."""

    project: str
    title: str
    kind: str
    fmt: str
    day: date
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    points: tuple[str, ...] = ()


PAPERS = (
    Paper(
        "MG-0203", "First annual report to the donor", DocumentKind.DONOR_REPORT, "pdf", date(2025, 3, 20),
        (
            (
                "What was done",
                (
                    "Eleven crossing points took part. Shift leaders were briefed on the interview guide, and the guide was "
                    "printed in three languages and put on every desk. Two posts asked for more copies within a month.",
                    "Interview rooms were opened at four posts. Each has a door that closes, two chairs of the same height, "
                    "water, and a telephone that reaches the national hotline at any hour.",
                ),
            ),
            (
                "Victims of trafficking",
                (
                    "First-line officers screened travellers for signs of trafficking in persons: papers held by somebody else, "
                    "a debt that was owed to the recruiter, fear of the person who travelled with them. Presumed victims were "
                    "brought to a room of their own, told of their rights, and referred to the shelter with their consent.",
                    "Prosecutors joined two of the training days. They asked for statements that hold in court and that spare the "
                    "victim a second interview.",
                ),
            ),
            (
                "Borders and smuggling",
                (
                    "The border police of both neighbours agreed to exchange contact points for migrant smuggling cases. A table-top "
                    "exercise on integrated border management showed that alerts took four hours to cross the line; the aim is one.",
                    "Passport readers were checked at all posts. Officers were trained to tell a forged document from a worn one and "
                    "to hand doubtful cases to the second line without holding up the queue.",
                ),
            ),
        ),
        ("Open the remaining seven rooms", "Repeat the exercise in the autumn", "Translate the guide into Romani"),
    ),
    Paper(
        "MG-0601", "Programme proposal", DocumentKind.PROPOSAL, "docx", date(2023, 6, 5),
        (
            (
                "Problem",
                (
                    "Recruiters work across five borders; case files stop at each of them. Investigators learn of a case next door "
                    "when it is closed. Survivors are asked for their statement again in every State.",
                ),
            ),
            (
                "Approach",
                (
                    "The programme pairs investigators and prosecutors of two States for a live case of trafficking in persons. They "
                    "share evidence under mutual legal assistance and plan the protection of victims together.",
                    "Shelters run by civil society receive grants for safe housing, medical and psychosocial care, and legal aid. No "
                    "survivor has to testify to be helped.",
                    "Ethical recruitment is promoted with labour inspectors and private agencies: no fees for workers, contracts in "
                    "their own language, and a complaint channel that answers.",
                ),
            ),
            (
                "Sustainability",
                (
                    "National rapporteurs meet twice a year and report on the same set of indicators. Governments take the shelters "
                    "into their budgets step by step, beginning in the third year.",
                ),
            ),
        ),
    ),
    Paper(
        "MG-0305", "Final evaluation, summary", DocumentKind.EVALUATION, "docx", date(2025, 6, 30),
        (
            (
                "Findings",
                (
                    "Three returnees in four still ran their business after one year. Coaching mattered more than the size of the "
                    "grant. Women returned to the labour market more slowly where there was no childcare.",
                    "The state agency now selects returnees for reintegration support by rules that are public. Return was voluntary "
                    "in every file that was examined.",
                ),
            ),
            (
                "Recommendations",
                (
                    "Open the grants to people who returned more than a year ago. Let municipalities refer returnees to health care, "
                    "housing and schools, so that reintegration does not end with a cheque.",
                ),
            ),
        ),
    ),
)  # fmt: skip


def write_papers(staff: Staff) -> tuple[int, int]:
    """Add and read the papers of projects that are in the register and do not have them yet. Returns how many were added, with how
    many entries of the journal that made.
    """
    before = JournalEntry.objects.count()
    number = sum(_write(paper, record, staff) for paper, record in _due())
    return number, JournalEntry.objects.count() - before


def _due() -> Iterator[tuple[Paper, Record]]:
    records = Record.objects.filter(kind=KIND, illustrative=True, reference__in={paper.project for paper in PAPERS})
    found = {record.reference: record for record in records.select_related("office")}
    # Also those that somebody has removed since: they are not brought back.
    there = set(Document.objects.filter(of__in=records, version=1).values_list("of__reference", "date"))
    for paper in PAPERS:
        if paper.project in found and (paper.project, paper.day) not in there:
            yield paper, found[paper.project]


def _write(paper: Paper, record: Record, staff: Staff) -> int:
    made = render(_report(paper, record), paper.fmt)
    by = staff.entering(record.office.code) if record.office else staff.mande
    file = ContentFile(made.content, name=f"{paper.title}.{paper.fmt}")
    about = actions.About(paper.title, paper.kind, paper.day)
    document = actions.add(record, file, by=by, about=about)
    Record.objects.filter(pk=document.pk).update(source=SOURCE)
    actions.read(document, by=by)
    return 1


def _report(paper: Paper, record: Record) -> Report:
    blocks: list[Block] = []
    for heading, paragraphs in paper.parts:
        if blocks:
            blocks.append(PageBreak())
        blocks.append(Section(heading, [Paragraph(words) for words in paragraphs]))
    if paper.points:
        blocks.append(Section("Next steps", [Bullets(paper.points)]))
    return Report(paper.title, blocks, paper.day, subtitle=record.title, notices=[NOTICE])
