"""A workstation: embedded servers unless the environment names others, and an office date that can be moved."""

import os

from jiaohe_aid.runway.embedded import current_urls
from jiaohe_aid.runway.keys import ensure_keys
from jiaohe_aid.settings.base import *
from jiaohe_aid.settings.base import BASE_DIR
from jiaohe_aid.settings.environment import database, role

DEBUG = os.environ.get("DJANGO_DEBUG", "1") == "1"
OFFICE_DATE = True
SECRET_KEY = "workstation-only-and-refused-by-production"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

VAR = BASE_DIR / "var"
_urls = current_urls(VAR)
DATABASES = {"default": database(_urls.database, role())}
CELERY_BROKER_URL = _urls.broker
JIAOHE_KEYS_FILE = os.environ.get("JIAOHE_KEYS_FILE") or str(ensure_keys(VAR / "keys.json"))

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
