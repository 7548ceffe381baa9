"""What holds for every request and every page, whichever room answers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

Answer = Callable[[HttpRequest], HttpResponseBase]
POSTGRESQL_SAYS = ("out of range", "cannot contain NUL")


def no_null_characters(answer: Answer) -> Answer:
    """Middleware: refuse paths with a NUL character. No code or reference has one, and PostgreSQL cannot be asked for it."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path:
            raise SuspiciousOperation("NUL character in the path")
        return answer(request)

    return guarded


class ValuesThatFit:
    """Middleware: a number or character that no database has room for, in an address or a form, is bad input, not a failure."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Raise SuspiciousOperation (400) for what SQLite and PostgreSQL say of such a value."""
        too_large = isinstance(exception, OverflowError) and "SQLite INTEGER" in str(exception)
        if too_large or (
            isinstance(exception, DataError) and any(words in str(exception) for words in POSTGRESQL_SAYS)
        ):
            raise SuspiciousOperation("a value that the database cannot hold") from exception


class PagesCompressed(GZipMiddleware):
    """Middleware: pages travel compressed, about a tenth of their size; Django masks its tokens and varies the length against guessing.

    Files keep their length, which browsers show while they load, and most are compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The page, compressed where the browser can read that; anything else as it is."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class SignInFirst(LoginRequiredMiddleware):
    """Middleware: pages are for those who are signed in. Who sends a form after the session has ended comes back to the form.

    The address a form is sent to often takes nothing else, so after signing in the way leads to the page it stood on. A request from
    within a page is answered 401, and the page stays as it is, with what was typed.
    """

    def handle_no_permission(  # type: ignore[override]  # the answer to a request from within a page is no way elsewhere
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """The way to the sign-in page, or 401."""
        if request.headers.get("HX-Request"):
            return HttpResponse(_("You are signed out."), status=401)
        try:
            came_from = urlsplit(request.headers.get("Referer", ""))
        except ValueError:  # an address with half a bracket
            came_from = urlsplit("")
        if request.method == "POST" and came_from.netloc == request.get_host():
            page = came_from._replace(scheme="", netloc="", fragment="").geturl()
            return redirect_to_login(page, resolve_url(self.get_login_url(view_func)))
        return super().handle_no_permission(request, view_func)


def private_pages(answer: Answer) -> Answer:
    """Middleware: what a signed-in person is shown is kept by no browser or proxy, unless the view says how long."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded
