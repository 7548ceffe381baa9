"""The WSGI application that gunicorn and other servers load."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
application = get_wsgi_application()

# What is loaded now stays for the life of the process, and a report makes some hundred thousand short-lived tuples: looking through
# all of them for cycles, every 700 new ones, cost a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
