"""Who reports: the organisation in whose name migov publishes, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _


class ExportRefused(Exception):
    """Nothing was written; `str()` is a sentence for the person who asked."""


@dataclass(frozen=True)
class Reporter:
    """An organisation: its IATI identifier, name and type (a code of the list OrganisationType)."""

    ref: str
    name: str
    kind: str

    def identifier(self, reference: str) -> str:
        """The IATI identifier of a project made here."""
        return reference if reference.startswith(f"{self.ref}-") else f"{self.ref}-{reference}"


def reporter() -> Reporter | None:
    """The organisation of the settings MIGOV_IATI_ORG, MIGOV_IATI_ORG_NAME and MIGOV_IATI_ORG_TYPE; None where they are not set."""
    found = Reporter(
        settings.MIGOV_IATI_ORG.strip(), settings.MIGOV_IATI_ORG_NAME.strip(), settings.MIGOV_IATI_ORG_TYPE.strip()
    )
    return found if found.ref and found.name and found.kind else None


def required_reporter() -> Reporter:
    """The organisation of the settings. Raises ExportRefused where they are not set."""
    found = reporter()
    if found is None:
        raise ExportRefused(
            _(
                "Projects made in migov are published in the name of an organisation. Set MIGOV_IATI_ORG to its IATI identifier, "
                "MIGOV_IATI_ORG_NAME to its name and MIGOV_IATI_ORG_TYPE to the code of its type. Nothing was written."
            )
        )
    return found
