"""Settings. Everything an office sets comes from the environment; README lists the names.

MIGOV_HOME holds what migov writes: database, files, caches, built assets. It defaults to ./var.
"""

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("MIGOV_HOME", "var")).resolve()
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)  # holds the database and the signing key


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def _secret_key() -> str:
    """The signing key: from the environment, else one made once for this MIGOV_HOME and kept there."""
    if key := os.environ.get("MIGOV_SECRET_KEY"):
        return key
    file = HOME / "secret-key"
    if not file.exists():
        fresh = HOME / f"secret-key.{os.getpid()}"
        fresh.touch(mode=0o600)  # before the key is in it
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, file)  # atomic: two processes starting at once agree on one key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()


DEBUG = _flag("MIGOV_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _list("MIGOV_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = _list("MIGOV_ORIGINS")
SECURE = _flag("MIGOV_HTTPS")
BEHIND_PROXY = _flag("MIGOV_BEHIND_PROXY")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rules",
    "django_htmx",
    "csp",
    "axes",
    "migov.foundation.shell",  # before allauth: its templates dress the sign-in pages
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "reversion",
    "migov.foundation.places",
    "migov.foundation.people",
    "migov.foundation.money",
    "migov.foundation.records",
    "migov.foundation.frameworks",
    "migov.services.alignment",
    "migov.services.suggestions",
    "migov.services.jobs",
    "migov.services.documents",
    "migov.services.notices",
    "migov.services.clearance",
    "migov.services.writing",
    "migov.work.projects",
    "migov.work.results",
    "migov.services.files",  # after projects and results: lists name kinds of work in this order
    "migov.work.proposals",
    "migov.work.evaluations",
    "migov.work.knowledge",
    "migov.work.reports",
    "migov.work.policy",
    "migov.work.governance",
    "migov.work.cooperation",
    "migov.insight.contributions",
    "migov.insight.countries",
    "migov.insight.dossier",
    "migov.insight.gaps",
    "migov.insight.briefings",
    "migov.insight.cards",
    "migov.insight.dashboards",
    "migov.insight.desk",
    "migov.exchange.iati",
    "migov.exchange.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # early, so that refusals by those below carry the policy too
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "migov.foundation.shell.guards.no_null_characters",
    "migov.foundation.shell.guards.PagesCompressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "migov.foundation.shell.guards.SignInFirst",
    "migov.foundation.shell.guards.ValuesThatFit",
    "migov.foundation.shell.guards.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "migov.site.urls"
WSGI_APPLICATION = "migov.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "migov.foundation.shell.context.shell",
            ],
            "builtins": ["migov.foundation.shell.templatetags.shell", "django.templatetags.i18n"],
        },
    },
]

DATABASES = {
    "default": dj_database_url.config(
        env="DATABASE_URL", default=f"sqlite:///{HOME / 'migov.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        # Writers queue for up to 30 s instead of failing; readers never wait (WAL).
        timeout=30,
        transaction_mode="IMMEDIATE",
        init_command=(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
            "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
        ),
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # On disk, so that web processes and the worker see the same progress of a job.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(HOME / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "migov_cache"}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "migov.foundation.people.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
# Wrong codes of the second step, for each account. Wrong passwords are counted by django-axes: see the account adapter.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "migov"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "migov.foundation.shell.signin.attempted_name"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "migov.foundation.shell.signin.client_address"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English")]
TIME_ZONE = os.environ.get("MIGOV_TIME_ZONE", "Europe/Vienna")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [HOME / "assets"] if (HOME / "assets").is_dir() else []
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

MESSAGE_TAGS = {message_levels.ERROR: "error"}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if SECURE:
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MIGOV_LOG", "WARNING")},
}

# Mail: printed on the console until a server is named
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if os.environ.get('MIGOV_MAIL_HOST') else 'console'}.EmailBackend"
EMAIL_HOST = os.environ.get("MIGOV_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("MIGOV_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("MIGOV_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MIGOV_MAIL_PASSWORD", "")
EMAIL_USE_TLS = _flag("MIGOV_MAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = os.environ.get("MIGOV_MAIL_FROM", "migov@localhost")

# migov's own settings
MIGOV_HOME = HOME
MIGOV_ADDRESS = os.environ.get("MIGOV_ADDRESS", "http://127.0.0.1:8000").rstrip("/")  # put before links in mails
MIGOV_REPORTING_CURRENCY = os.environ.get("MIGOV_CURRENCY", "USD")
MIGOV_ORGANISATION = os.environ.get("MIGOV_ORGANISATION", "Regional Office")
MIGOV_IMPORT_MAX_BYTES = int(os.environ.get("MIGOV_IMPORT_MAX_BYTES", 1024**3))
MIGOV_IMPORT_MAX_ACTIVITY_BYTES = int(os.environ.get("MIGOV_IMPORT_MAX_ACTIVITY_BYTES", 64 * 1024**2))
MIGOV_DOCUMENT_MAX_BYTES = int(os.environ.get("MIGOV_DOCUMENT_MAX_BYTES", 25 * 1024**2))
MIGOV_DEMO = _flag("MIGOV_DEMO")
MIGOV_DEMO_PASSWORD = "migov-demo-2026"  # noqa: S105  # public: for the demonstration only
MIGOV_CONTACT = os.environ.get("MIGOV_CONTACT", "")

# Publishing as IATI: who reports what is made here, what is published, and where the official schemas and lists are
MIGOV_IATI_ORG = os.environ.get("MIGOV_IATI_ORG", "")
MIGOV_IATI_ORG_NAME = os.environ.get("MIGOV_IATI_ORG_NAME", MIGOV_ORGANISATION)
MIGOV_IATI_ORG_TYPE = os.environ.get("MIGOV_IATI_ORG_TYPE", "40")  # multilateral
MIGOV_IATI_STAGES = _list("MIGOV_IATI_STAGES") or ["active", "suspended", "closing", "closed"]
MIGOV_IATI_SECTOR = os.environ.get("MIGOV_IATI_SECTOR", "15190")  # of projects made here that have none
MIGOV_IATI_STANDARD = os.environ.get("MIGOV_IATI_STANDARD", "")
MIGOV_IATI_PUBLISH = _flag("MIGOV_IATI_PUBLISH")
