"""Whether an indicator counts people, read from its title.

Only a title that opens as a count and then names people says so: "Number of women and girls reached". "Number of training sessions
for migrants" counts sessions, and "Proportion of refugees …" is no count; neither does.
"""

from __future__ import annotations

import re
from functools import lru_cache

PEOPLE_WORDS = """
    people persons person individuals individual refugees refugee migrants migrant returnees returnee children child women woman girls
    girl men boys youth adolescents adults households-members beneficiaries beneficiary victims survivors asylum-seekers asylum-seeker
    idps students pupils learners teachers trainees participants workers officials officers staff patients families-members newborns
    infants mothers residents citizens farmers graduates volunteers detainees minors uascs uasc pocs
"""
# Words that may stand between the count and the people: "Number of vulnerable and conflict-affected migrant women".
QUALIFIER_WORDS = """
    the all total estimated new newly unique vulnerable affected conflict-affected crisis-affected disaster-affected displaced stateless
    internally forcibly registered trained identified assisted targeted eligible young older elderly unaccompanied separated female male
    pregnant lactating rural urban host local national international government public social frontline border voluntary assisted
    potential labour domestic primary secondary school school-aged health community vocational disabled direct indirect and or of & other
    additional adult poor stranded irregular regular trafficked smuggled skilled unemployed employed
"""

_OPENING = re.compile(
    r"\s*(?:#|n[o°º]\.?|nr\.?|num(?:ber)?\.?|total number|overall number|total|count)(?:\s+of)?\b|\s*#", re.I
)
_WORD = re.compile(r"[\w'’&-]+")
_PEOPLE, _QUALIFIERS = frozenset(PEOPLE_WORDS.split()), frozenset(QUALIFIER_WORDS.split())
MOST_QUALIFIERS = 6


@lru_cache(maxsize=10_000)
def people_counted(title: str) -> str:
    """The opening words of a title that make it a count of people ("Number of young women"); empty when it is not one."""
    opening = _OPENING.match(title)
    if not opening:
        return ""
    for passed, word in enumerate(_WORD.finditer(title, opening.end())):
        plain = word[0].lower()
        if plain in _PEOPLE:
            following = _WORD.search(title, word.end())
            if following and following[0].lower() in _PEOPLE:
                word = following  # "migrant women"
            return title[: word.end()].strip()
        if plain not in _QUALIFIERS or passed >= MOST_QUALIFIERS:
            return ""
    return ""
