"""Django's settings: one file for every place, safe in development, strict in production.

Every variable is explained in docs/reference/settings.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from medengage.web.environment import env, env_bool, env_int, env_secret
from medengage.web.logs import application_logs
from medengage.web.mailing.configuration import MailServer, mail_settings
from medengage.web.stores import ANSWERS, IDENTITY, database

DEBUG = env_bool("MEDENGAGE_DEBUG", default=False)
DATA = Path(env("MEDENGAGE_DATA", "data")).resolve()
MEDENGAGE_STUDIES = DATA / "studies"
MEDENGAGE_KEYS = Path(env("MEDENGAGE_KEYS", str(DATA / "keys")))

SECRET_KEY = env_secret("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("set SECRET_KEY, or SECRET_KEY_FILE to the file that holds it")
    SECRET_KEY = "only-for-development-" + "x" * 40

MEDENGAGE_ADDRESS = env("MEDENGAGE_ADDRESS", "http://localhost:8000").rstrip("/")
MEDENGAGE_DEMO = env_bool("MEDENGAGE_DEMO", default=False)
if MEDENGAGE_DEMO and not DEBUG:
    raise ImproperlyConfigured("MEDENGAGE_DEMO shows passwords: it is for MEDENGAGE_DEBUG alone")
ALLOWED_HOSTS = [host for host in env("MEDENGAGE_HOSTS", "localhost,127.0.0.1").split(",") if host]
ROOT_URLCONF = "medengage.web.urls"
WSGI_APPLICATION = "medengage.web.wsgi.application"

DATABASES: dict[str, Any] = {
    IDENTITY: database(env("DATABASE_URL", f"sqlite:///{DATA}/identity.sqlite3")),
    ANSWERS: database(env("ANSWERS_DATABASE_URL", f"sqlite:///{DATA}/answers.sqlite3")),
}
DATABASE_ROUTERS = ["medengage.web.stores.TwoStores"]
if len({(d.get("HOST"), d.get("PORT"), d["NAME"]) for d in DATABASES.values()}) < len(DATABASES):
    raise ImproperlyConfigured("people and answers need two databases: set ANSWERS_DATABASE_URL")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "medengage.web.accounts",
    "medengage.web.campaigns",
    "medengage.web.invitations",
    "medengage.web.mailing",
    "medengage.web.norms",
    "medengage.web.performance",
    "medengage.web.ask",
    "medengage.web.demo",
    "medengage.web.insight",
    "medengage.web.respond",
    "medengage.web.ui",
    "medengage.web.responses",
    "medengage.web.results",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "medengage.web.respond.door.RespondentsDoor",
    "medengage.web.ui.content_policy.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The respondents' pages carry their styles in themselves, so they are a template as well.
        "DIRS": [Path(__file__).parent / "ui" / "static"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "medengage.web.ask.navigation.navigation",
            ]
        },
    },
]
MEDENGAGE_LOG = env("MEDENGAGE_LOG", "text")
LOGGING = application_logs(MEDENGAGE_LOG)

MEDENGAGE_MAIL_PER_MINUTE = env_int("MEDENGAGE_MAIL_PER_MINUTE", 100)
MAIL = mail_settings(
    MailServer(
        host=env("MEDENGAGE_MAIL_HOST"),
        port=env_int("MEDENGAGE_MAIL_PORT", 0),
        user=env("MEDENGAGE_MAIL_USER"),
        password=env_secret("MEDENGAGE_MAIL_PASSWORD"),
        tls=env("MEDENGAGE_MAIL_TLS", "starttls"),
        sender=env("MEDENGAGE_MAIL_FROM"),
    ),
    debug=DEBUG,
)
EMAIL_FILE_PATH = str(DATA / "mail")
globals().update(MAIL)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "address")}),
    )
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
LOGIN_URL = "accounts:sign-in"
# Cookies belong to the managers' pages alone: a doctor's browser never sends one with answers,
# not even the browser of somebody who is signed in.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/m/"
HTTPS = env_bool("MEDENGAGE_HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 3600
SESSION_SAVE_EVERY_REQUEST = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {"staticfiles": {"BACKEND": "medengage.web.ui.stamped.StampedFiles"}}
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 24 * 3600

USE_TZ = True
TIME_ZONE = env("TZ", "Europe/London")
LANGUAGE_CODE = "en-gb"
MEDENGAGE_LANGUAGES = [("en", "English"), ("fr", "Français")]
LANGUAGES = [(LANGUAGE_CODE, "English"), *MEDENGAGE_LANGUAGES]
USE_I18N = True

DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("MEDENGAGE_UPLOAD_BYTES", 5 * 1024 * 1024)
BEHIND_PROXY = env_bool("MEDENGAGE_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env_int("MEDENGAGE_HSTS_SECONDS", 365 * 24 * 3600 if HTTPS else 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
# A browser that sends no referrer sends no origin with a form either, and then nobody could tell
# a form of ours. The respondents' pages need no such check, and send none (web/respond/views).
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
