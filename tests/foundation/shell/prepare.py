"""Makes the database of the shell's own site: the named cast and one illustrative project. Run as a module."""

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    django.setup()
    from tests.factories import RecordFactory, cast

    call_command("migrate", verbosity=0)
    for person in cast().values():
        person.set_password(settings.MIGOV_DEMO_PASSWORD)
        person.save()
    RecordFactory(illustrative=True)


if __name__ == "__main__":
    main()
