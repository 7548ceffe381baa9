"""The WSGI application that gunicorn and other servers load."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
application = get_wsgi_application()
