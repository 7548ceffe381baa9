"""The pages on which the sections of a paper are written, for every room that has papers: a room says in `Pages` what is its own.

Names of the addresses: section, section-editions, section-restore, section-save, section-open, section-state, section-take, aside,
section-comment, all in the room's namespace and below /…/<key of the paper>/text/<code>/.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance.models import Comment, CommentState
from migov.services.clearance.subjects import Refused
from migov.services.clearance.wording import differences
from migov.services.writing import answers, prose, settling, standing
from migov.services.writing.answers import number
from migov.services.writing.desk import Desk
from migov.services.writing.errors import ClosedMeanwhile, Conflict, NoSection, TextConflict, Unwritable
from migov.services.writing.standing import Part, Standing

NAMES = ("section", "editions", "restore", "save", "open", "state", "take", "comment")
SECTION = "<int:pk>/text/<slug:code>/"


@dataclass(frozen=True)
class Pages:
    """What a room says of its papers. room: its namespace. frame: the template that the pages extend (blocks head, part, scripts).
    beside: the template of what stands beside a section, with the context of `around`.

    find: the paper of an address, Http404 where the viewer may not see it. show: renders a template in the room's frame, given
    request, paper, tab, template, status= and the context. standing: one of its sections, None where there is none. neighbours: the
    sections before and after one. title_of: of a section, also of one that the paper has no longer.
    """

    desk: Desk
    room: str
    frame: str
    beside: str
    find: Callable[[HttpRequest, int], Any]
    show: Callable[..., HttpResponse]
    standing: Callable[[Any, str, Viewer | None], Standing[Any] | None]
    neighbours: Callable[[Any, str], tuple[Part | None, Part | None]]
    title_of: Callable[[Any, str], str]
    may_write: Callable[[Viewer, Any], bool]
    around: Callable[[HttpRequest, Any, Standing[Any]], Mapping[str, Any]]

    @property
    def at(self) -> dict[str, str]:
        """Names of the addresses, for templates."""
        names = {name: f"{self.room}:section" + (f"-{name}" if name != "section" else "") for name in NAMES}
        return {**names, "aside": f"{self.room}:aside"}

    def _show(
        self, request: HttpRequest, paper: Any, template: str, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        own = {"paper": paper, "frame": self.frame, "at": self.at}
        return self.show(request, paper, "text", f"writing/{template}.html", status=status, **own | context)

    def section(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """One section to write, with guidance beside it. A POST saves it: the way without JavaScript."""
        paper = self.find(request, pk)
        if request.method == "POST":
            return self._save(request, paper, code)
        return self._page(request, paper, code)

    def _save(self, request: HttpRequest, paper: Any, code: str) -> HttpResponse:
        typed = request.POST.get("text", "")
        try:
            saved = answers.save(self.desk, request, paper, code)
        except (TextConflict, ClosedMeanwhile) as conflict:
            messages.warning(request, str(conflict))
            if conflict.kept is None:
                return self._go(paper, code)
            return redirect(self.at["aside"], pk=paper.pk, code=code, kept=conflict.kept.pk)
        except NoSection as error:
            raise Http404(str(error)) from None
        except Unwritable as error:
            return self._page(request, paper, code, status=400, typed=typed, error=str(error))
        messages.success(request, _("Saved: %(words)s words.") % {"words": saved.words})
        return self._go(paper, code)

    def _go(self, paper: Any, code: str) -> HttpResponse:
        return redirect(self.at["section"], pk=paper.pk, code=code)

    def _page(self, request: HttpRequest, paper: Any, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
        user = person(request)
        found = self.standing(paper, code, user)
        if found is None:
            raise Http404(_("There is no such section."))
        before, after = self.neighbours(paper, code)
        context: dict[str, Any] = {
            "standing": found, "part": found.part, "before": before, "after": after, "writer": other_writer(found, user),
            "token": secrets.token_urlsafe(18), "blocks": prose.blocks(found.text), "beside": self.beside,
            "threads": threads_of(self.desk.record(paper), found.part.anchor),
            "has_editions": found.row is not None and found.revision > 0,
        }  # fmt: skip
        return self._show(
            request, paper, "section", status=status, **context | dict(self.around(request, paper, found)) | more
        )

    def editions(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Earlier texts of a section and words that were set aside; ?edition= shows one beside what stands."""
        paper = self.find(request, pk)
        row = get_object_or_404(self.desk.section, **{self.desk.paper_field: paper}, code=code)
        rows = standing.editions_of(row)
        chosen = next((one for one in rows if str(one.pk) == request.GET.get("edition")), None)
        context: dict[str, Any] = {
            "standing": self.standing(paper, code, request.user), "row": row, "title": self.title_of(paper, code),
            "editions": [(one, prose.count(one.text)) for one in rows], "chosen": chosen,
            "pieces": differences(chosen.text, row.text) if chosen else [],
            "kept": [(one, prose.count(one.text)) for one in standing.kept_beside(row)], "code": code,
        }  # fmt: skip
        return self._show(request, paper, "editions", **context)

    def restore(self, request: HttpRequest, pk: int, code: str, edition: int) -> HttpResponse:
        """Put an earlier text in the place of what stands."""
        paper = self.find(request, pk)
        of = {f"section__{self.desk.paper_field}": paper}
        found = get_object_or_404(self.desk.edition, **of, pk=edition, section__code=code)
        try:
            settling.restore(self.desk, found, by=person(request))
        except Unwritable as error:
            messages.error(request, str(error))
            return redirect(self.at["editions"], pk=pk, code=code)
        messages.success(
            request, _("The earlier text stands again. What stood before is kept among the earlier texts.")
        )
        return self._go(paper, code)

    def aside(self, request: HttpRequest, pk: int, code: str, kept: int) -> HttpResponse:
        """Words that could not be saved beside the text that stands, and what shall become of them."""
        paper = self.find(request, pk)
        access.require(request.user, self.desk.permission, self.desk.record(paper))
        of = {f"section__{self.desk.paper_field}": paper}
        rows = self.desk.set_aside.objects.select_related("by", "section")
        found = get_object_or_404(rows, **of, pk=kept, section__code=code)
        if request.method == "POST" and found.settled_at is None:
            return self._settle(request, paper, found)
        return self._both(request, paper, found)

    def _settle(self, request: HttpRequest, paper: Any, kept: Any) -> HttpResponse:
        choice, typed = request.POST.get("choice", ""), request.POST.get("text", "")
        chosen = {"theirs": None, "mine": kept.text, "merged": typed}
        if choice not in chosen:
            return self._both(request, paper, kept, status=400, typed=typed, error=_("Choose what shall stand."))
        try:
            settling.settle(
                self.desk, kept, text=chosen[choice], revision=number(request, "revision"), by=person(request),
                take_over="take_over" in request.POST,
            )  # fmt: skip
        except Conflict as conflict:
            return self._both(request, paper, kept, status=409, typed=typed, error=str(conflict))
        except Unwritable as error:
            return self._both(request, paper, kept, status=400, typed=typed, error=str(error))
        done = {
            "theirs": _("The text stands as it was. Your words stay among the earlier texts."),
            "mine": _("Your words stand now. What stood before is kept among the earlier texts."),
            "merged": _("The text is saved. Both earlier ones are kept."),
        }
        messages.success(request, done[choice])
        return self._go(paper, kept.section.code)

    def _both(
        self, request: HttpRequest, paper: Any, kept: Any, *, status: int = 200, typed: str | None = None, error: str = ""
    ) -> HttpResponse:  # fmt: skip
        code, user = kept.section.code, person(request)
        found = self.standing(paper, code, None)
        context: dict[str, Any] = {
            "kept": kept, "standing": found, "title": self.title_of(paper, code), "code": code, "own": kept.by_id == user.pk,
            "writer": other_writer(found, user) if found else None, "error": error,
            "revision": found.revision if found else kept.section.revision,
            "pieces": differences(found.text if found else kept.section.text, kept.text),
            "typed": kept.text if typed is None else typed, "stands_by": found.saved_by if found else None,
        }  # fmt: skip
        return self._show(request, paper, "aside", status=status, **context)

    def comment(self, request: HttpRequest, pk: int, code: str, comment: int) -> HttpResponse:
        """Answer a reviewer's remark on a section, or take the wording that it suggests."""
        paper = self.find(request, pk)
        record = self.desk.record(paper)
        found = get_object_or_404(
            Comment, pk=comment, clearance__record_id=record.pk, parent__isnull=True, anchor=f"section:{code}"
        )
        try:
            if "accept" in request.POST:
                clearance_actions.accept_wording(found, by=person(request))
                messages.success(request, _("The wording stands in the text now."))
            else:
                clearance_actions.reply(found, body=request.POST.get("body", ""), by=person(request))
                messages.success(request, _("Your answer was sent."))
        except Refused as error:
            messages.error(request, str(error))
        return self._go(paper, code)

    def take(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Become the one who writes a section, and go to it."""
        return answers.take(
            self.desk, request, self.find(request, pk), code, reverse(self.at["section"], args=[pk, code])
        )

    def save(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Save from the page's script; says what became of the words."""
        return answers.saved(self.desk, request, self.find(request, pk), code, self.at)

    def open(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """A page begins to write, or goes on: it has the lock, or is told who has."""
        return answers.opened(self.desk, request, self.find(request, pk), code)

    def state(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """The section as it stands, for a page that was away."""
        paper = self.find(request, pk)
        found = self.standing(paper, code, None)
        if found is None:
            raise Http404(_("There is no such section."))
        return answers.state(request, found, is_open=self.may_write(request.user, paper))

    def urlpatterns(self) -> list[URLPattern]:
        """The addresses of these pages."""
        both = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(SECTION, both(self.section), name="section"),
            path(f"{SECTION}earlier/", require_safe(self.editions), name="section-editions"),
            path(f"{SECTION}earlier/<int:edition>/restore/", require_POST(self.restore), name="section-restore"),
            path(f"{SECTION}save/", require_POST(self.save), name="section-save"),
            path(f"{SECTION}open/", require_POST(self.open), name="section-open"),
            path(f"{SECTION}state/", require_safe(self.state), name="section-state"),
            path(f"{SECTION}take/", require_POST(self.take), name="section-take"),
            path(f"{SECTION}aside/<int:kept>/", both(self.aside), name="aside"),
            path(f"{SECTION}comments/<int:comment>/", require_POST(self.comment), name="section-comment"),
        ]


def other_writer(found: Standing[Any], user: User) -> User | None:
    """Who writes a section now, if it is another."""
    return found.writer if found.writer is not None and found.writer.pk != user.pk else None


def threads_of(record: Record, anchor: str) -> list[clearance_queries.Thread]:
    """The remarks of reviewers on a place, while a clearance stands; those that were withdrawn left out. Three queries at most."""
    clearance = clearance_queries.standing_clearance(record)
    if clearance is None:
        return []
    found = clearance_queries.threads(clearance, anchor=anchor)
    return [thread for thread in found if thread.remark.state != CommentState.WITHDRAWN]
