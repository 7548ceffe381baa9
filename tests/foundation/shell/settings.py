"""The shell without rooms, as a site of its own for the browser tests. Run with an own MIGOV_HOME."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.foundation.shell.urls"
AXES_FAILURE_LIMIT = 3
AXES_USERNAME_CALLABLE = "migov.foundation.shell.signin.attempted_name"
MIGOV_DEMO = True
MIGOV_DEMO_PASSWORD = "migov-demo-2026"
# Files straight from the source: nothing to collect first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
