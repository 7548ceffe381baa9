"""How parts of a whole are named, so that every source means the same slice by the same dimensions and values."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

SEX_NAMES = frozenset(
    {"sex", "gender", "by sex", "by gender", "sex disaggregation", "gender disaggregation", "sexe", "sexo"}
)
AGE_NAMES = frozenset({"age", "age group", "age groups", "age range", "by age", "ages", "age category"})
FEMALE = frozenset(
    {
        "f",
        "female",
        "females",
        "woman",
        "women",
        "girl",
        "girls",
        "women and girls",
        "femme",
        "femmes",
        "mujer",
        "mujeres",
    }
)
MALE = frozenset(
    {"m", "male", "males", "man", "men", "boy", "boys", "men and boys", "homme", "hommes", "hombre", "hombres"}
)

Pairs = tuple[tuple[str, str], ...]


class SliceName(NamedTuple):
    """The key of a slice, the dimensions it is by, and its sex and age where it is by them."""

    key: str
    family: str
    sex: str
    age: str


def slice_of(pairs: Pairs) -> SliceName:
    """The name of the slice with these dimensions and values: order, case and spacing do not matter.

    The key is ``dimension=value`` joined by ``|``, sorted; the family the dimensions alone. Overlong ones end in a digest.
    """
    known = sorted((tidy(name), tidy(value)) for name, value in pairs)
    return SliceName(
        key=_bounded("|".join(f"{name}={value}" for name, value in known), 500),
        family=_bounded("|".join(name for name, _ in known), 255),
        sex=next((sex for name, value in known if (sex := sex_of(name, value))), ""),
        age=next((value for name, value in known if name in AGE_NAMES), "")[:60],
    )


def tidy(text: str) -> str:
    """Lower case, single spaces: how names of dimensions and their values are compared."""
    return " ".join(text.lower().split())


def sex_of(name: str, value: str) -> str:
    """f, m or x for a dimension of sex; empty for another dimension. Both tidy."""
    if name not in SEX_NAMES:
        return ""
    return "f" if value in FEMALE else "m" if value in MALE else "x"


def _bounded(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return f"{text[: length - 17]}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
