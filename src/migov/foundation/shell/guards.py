"""What holds for every request and every page, whichever room answers."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

Answer = Callable[[HttpRequest], HttpResponseBase]


def no_null_characters(answer: Answer) -> Answer:
    """Middleware: refuse paths with a NUL character. No code or reference has one, and PostgreSQL cannot be asked for it."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path:
            raise SuspiciousOperation("NUL character in the path")
        return answer(request)

    return guarded


class PagesCompressed(GZipMiddleware):
    """Middleware: pages travel compressed, about a tenth of their size; Django masks its tokens and varies the length against guessing.

    Files keep their length, which browsers show while they load, and most are compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The page, compressed where the browser can read that; anything else as it is."""
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


def private_pages(answer: Answer) -> Answer:
    """Middleware: what a signed-in person is shown is kept by no browser or proxy, unless the view says how long."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded
