"""Many rows that differ in a few words only: the template of a row is rendered once, and each row's words are put in.

A page with some hundred rows, each with a dozen controls, would otherwise spend a second in its templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Characters for private use: no template holds them, and no word that a person typed is looked through for them.
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000(.+?)\ue001")
_INDENT = re.compile(r"\n\s+")


def slot(name: str) -> str:
    """What stands in a template's context for a word that is put in later."""
    return _MARK.format(name)


class Stencil:
    """A template, rendered with slots in place of words; indents are left out."""

    def __init__(self, template: str, context: Mapping[str, Any], request: HttpRequest) -> None:
        text = _INDENT.sub("\n", render_to_string(template, dict(context), request))
        pieces = _MARKS.split(text)
        self._texts, self._names = pieces[::2], pieces[1::2]

    def fill(self, words: Mapping[str, Any]) -> SafeString:
        """The row with its words, escaped. Raises KeyError where a slot has none."""
        escaped = {name: str(conditional_escape(word)) for name, word in words.items()}
        made = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            made += (escaped[name], text)
        return mark_safe("".join(made))  # noqa: S308  (a template's own output, with escaped words)
