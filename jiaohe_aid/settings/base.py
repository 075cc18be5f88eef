"""What is the same on every machine. Nothing here is secret."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "js_lib_bootstrap5",
    "js_lib_bootstrap_icons",
    "rest_framework",
    "oauth2_provider",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "pgtrigger",
    "axes",
    "apps.core",
    "apps.audit",
    "apps.accounts",
    "apps.households",
    "apps.eligibility",
    "apps.awards",
    "apps.payments",
    "apps.applications",
    "apps.takeover",
    "apps.reports",
    "apps.partners",
    "apps.operations",
    "apps.office",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.core.clock.OneDay",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.OneTimePassword",
    "apps.accounts.middleware.OwnTownships",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jiaohe_aid.urls"
WSGI_APPLICATION = "jiaohe_aid.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context_processors.frame",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False
OFFICE_DATE = False

# History rows come from database triggers; the library's own signals would write them twice.
SIMPLE_HISTORY_ENABLED = False

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT") or BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []

from jiaohe_aid.settings.api import *  # noqa: E402
from jiaohe_aid.settings.celery import *  # noqa: E402
from jiaohe_aid.settings.logs import *  # noqa: E402
from jiaohe_aid.settings.months import *  # noqa: E402
from jiaohe_aid.settings.partners import *  # noqa: E402
from jiaohe_aid.settings.security import *  # noqa: E402

# Attachments, sealed; no web server serves this folder. An upload of usual size stays in memory, so that nothing lies
# about in clear while it is judged.
DOCUMENTS_FOLDER = os.environ.get("JIAOHE_DOCUMENTS") or BASE_DIR / "var" / "documents"
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# Printed on notices; the national hotline for social assistance unless the county sets its own.
SUPERVISION_PHONE = "12349"
