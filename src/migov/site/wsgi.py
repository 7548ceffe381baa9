"""The WSGI application that gunicorn and other servers load."""

import gc
import os
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.core.wsgi import get_wsgi_application
from django.template import TemplateSyntaxError
from django.template.loader import get_template

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
application = get_wsgi_application()


def _compile_templates() -> None:
    """Every page's template is compiled before the first reader asks: some milliseconds each, and a page uses some twenty."""
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if app.name.startswith("migov."):
            for file in folder.rglob("*.html"):
                with suppress(TemplateSyntaxError):  # told when the page is asked for
                    get_template(file.relative_to(folder).as_posix())


_compile_templates()

# What is loaded now stays for the life of the process, and a report makes some hundred thousand short-lived tuples: looking through
# all of them for cycles, every 700 new ones, cost a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
