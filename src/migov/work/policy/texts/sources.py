"""A legal text out of a file: plain text, Markdown, HTML and XHTML, DOCX with its automatic numbers, PDF, Akoma Ntoso. Knows no Django."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from migov.services.files.extraction import Unreadable, read_file
from migov.work.policy.texts import akn, word
from migov.work.policy.texts.lines import Line, of_text
from migov.work.policy.texts.outline import outline_of
from migov.work.policy.texts.tree import Outline

FRONT = re.compile(r"\A---\s*\n(?P<meta>.*?)\n---\s*\n", re.DOTALL)
HEADED = re.compile(r"^#{1,6}\s+\S", re.MULTILINE)
TITLE = re.compile(r"^title:\s*[\"']?(?P<title>.*?)[\"']?\s*$", re.MULTILINE)
MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|(?<!\w)([*_]{1,3})(?=\S)(.+?)(?<=\S)\2(?!\w)|`([^`]*)`")
SUFFIXES = (".txt", ".md", ".html", ".htm", ".xhtml", ".xml", ".akn", ".docx", ".pdf")
MOST_BYTES = 50 * 1024**2
LONGEST_MARKED = 20_000  # characters of a line up to which emphasis and links are looked for


def outline_of_path(path: Path) -> Outline:
    """The structure of the text in a file. Raises Unreadable, OSError."""
    with path.open("rb") as file:
        return outline_of_file(file, path.suffix.lower(), path.name)


def outline_of_file(file: BinaryIO, suffix: str, name: str) -> Outline:
    """As `outline_of_path`, for an open file. suffix: ".docx"; XML is told by what is in it. Raises Unreadable."""
    if suffix not in SUFFIXES:
        raise Unreadable(f"{name}: expected a file that ends in {', '.join(SUFFIXES)}.")
    if suffix in (".txt", ".md"):
        text = "\f".join(read_file(file, suffix, name).texts)
        marked = suffix == ".md" or text.startswith("---\n") or len(HEADED.findall(text)) >= 3
        return outline_of(*markdown(text)) if marked else outline_of(of_text(text))
    if suffix == ".docx":
        return outline_of(word.lines_of(file, name))
    if suffix == ".pdf":
        return outline_of(of_text("\f".join(read_file(file, suffix, name).texts)))
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(f"{name} is larger than {MOST_BYTES // 1024**2} MB.")
    if akn.is_akn(content):
        return akn.read(content, name)
    return outline_of(*word.lines_of_html(content, name))


def markdown(text: str) -> tuple[list[Line], str]:
    """The lines of a Markdown text, with the levels of its headings, and the title its front matter gives."""
    title = ""
    skipped = 0
    if front := FRONT.match(text):
        found = TITLE.search(front["meta"])
        title = re.sub(r"\s*\((?:operative|excerpt|extract)[^)]*\)$", "", found["title"]) if found else ""
        skipped = text[: front.end()].count("\n")
        text = text[front.end() :]
    lines = of_text(text)
    for line in lines:
        line.number += skipped
        if heading := re.match(r"^\s{0,3}(#{1,6})\s*(.*?)\s*#*\s*$", line.text):
            line.level, line.text = len(heading[1]), heading[2]
        line.text = re.sub(r"^\s*[-*+]\s+(?=[(\w]{1,6}[).])", "", line.text)
        line.text = re.sub(r"^\s*>\s?", "", line.text)
        for _deep in range(2 if len(line.text) < LONGEST_MARKED else 0):
            line.text = MARKUP.sub(lambda found: found[1] or found[3] or found[4] or "", line.text)
        line.text = re.sub(r"\\([.()#*_\[\]-])", r"\1", line.text)
    return lines, title
