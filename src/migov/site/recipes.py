"""What a matcher on the command line is made of.

Frameworks and learned models come from the database; where none has been set up, from the packs that migov ships; or from a pack
folder that is named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from migov.site.console import Told

if TYPE_CHECKING:
    from migov.foundation.frameworks.packs import Pack
    from migov.services.matching import Framework
    from migov.services.matching.batch import Recipe


def chosen_from(code: str, folder: Path | None, no_sentences: bool) -> tuple[Framework, Recipe]:
    """The framework that is asked for, and what a matcher for it is made of. Raises Told, typer.BadParameter."""
    if not code and folder is None:
        raise typer.BadParameter("say which framework, such as --framework gcm.", param_hint="--framework")
    recipe = _recipe(folder)
    known = {framework.code: framework for framework in recipe.frameworks}
    found = known.get(code.lower()) if code else next(iter(known.values()))
    if found is None:
        raise unknown(code, list(known))
    return found, replace(recipe, frameworks=(found,), sentence_model=False if no_sentences else None)


def unknown(code: str, known: list[str]) -> Told:
    """Why there is no such framework here."""
    return Told(f"There is no framework “{code}”; known: {', '.join(known) or 'none; run: migov setup'}.")


def _recipe(folder: Path | None) -> Recipe:
    from migov.site.cli import django

    django()
    from migov.services.matching.batch import Recipe

    if folder is not None:
        from migov.foundation.frameworks.faults import PackRefused
        from migov.foundation.frameworks.packs import read_pack

        try:
            return Recipe((_framework(read_pack(folder, strict=False)),))
        except PackRefused as refused:
            raise Told(str(refused)) from None
    from migov.site import preparing

    if not preparing.is_new():
        from migov.services.suggestions import matcher

        stored = matcher.recipe()
        return Recipe(stored.frameworks, stored.learned)
    from migov.foundation.frameworks.actions import SHIPPED
    from migov.foundation.frameworks.packs import read_pack

    packs = [read_pack(one) for one in SHIPPED.iterdir() if (one / "framework.toml").is_file()]
    packs.sort(key=lambda pack: int(pack.given.get("order", 0)))
    return Recipe(tuple(framework for framework in map(_framework, packs) if framework.main))


def _framework(pack: Pack) -> Framework:
    """A pack as the matcher takes it. Raises Told when it does not say its main level."""
    from migov.foundation.frameworks.actions import title_from
    from migov.foundation.frameworks.trees import Branch, standings
    from migov.services.matching import Element, Framework

    branches = [Branch(e.code, e.parent, e.kind, (0, place)) for place, e in enumerate(pack.elements)]
    standing = standings(branches, pack.given.get("main_level", []))
    elements = sorted(pack.elements, key=lambda element: standing[element.code].order)
    made = Framework(
        pack.code,
        pack.given["title"],
        tuple(
            Element(
                code=e.code, title=e.title or title_from(e.text or ""), kind=e.kind, parent=e.parent, main=standing[e.code].main,
                scope=e.scope or "", text=e.text or "", terms=e.terms or (), exclude=e.exclude or (),
            )
            for e in elements
        ),
    )  # fmt: skip
    if not made.main:
        raise Told(f"The pack “{pack.code}” does not say its main level (main_level in framework.toml).")
    return made
