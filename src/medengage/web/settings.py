"""Django's settings: one file for every place, safe in development, strict in production.

Every variable is explained in docs/reference/settings.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from medengage.web.environment import env, env_bool, env_int, env_secret
from medengage.web.logs import LOGGING as LOGS
from medengage.web.stores import ANSWERS, IDENTITY, database

DEBUG = env_bool("MEDENGAGE_DEBUG", default=False)
DATA = Path(env("MEDENGAGE_DATA", "data")).resolve()
MEDENGAGE_KEYS = Path(env("MEDENGAGE_KEYS", str(DATA / "keys")))

SECRET_KEY = env_secret("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("set SECRET_KEY, or SECRET_KEY_FILE to the file that holds it")
    SECRET_KEY = "only-for-development-" + "x" * 40

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
    "medengage.web.campaigns",
    "medengage.web.invitations",
    "medengage.web.respond",
    "medengage.web.ui",
    "medengage.web.responses",
    "medengage.web.results",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
LOGGING = LOGS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = env("TZ", "Europe/London")
LANGUAGE_CODE = "en-gb"
USE_I18N = True

DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("MEDENGAGE_UPLOAD_BYTES", 5 * 1024 * 1024)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"
