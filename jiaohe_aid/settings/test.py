"""Tests: cheap passwords, an office date, and servers that conftest names (or the environment, for child processes)."""

import atexit
import os
import shutil
import tempfile

from jiaohe_aid.runway.keys import ensure_keys
from jiaohe_aid.settings.base import *
from jiaohe_aid.settings.base import BASE_DIR, CELERY_BROKER_TRANSPORT_OPTIONS
from jiaohe_aid.settings.environment import database, role

DEBUG = False
OFFICE_DATE = True
SECRET_KEY = "tests-only-and-refused-by-production"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

_url = os.environ.get("DATABASE_URL") or "postgresql:///named_by_conftest"
DATABASES = {"default": database(_url, role())}
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:1/0"
JIAOHE_KEYS_FILE = os.environ.get("JIAOHE_KEYS_FILE") or str(ensure_keys(BASE_DIR / "var" / "test-keys.json"))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
# Looked up when asked for: listing every file of every package again for each test client costs more than the tests.
WHITENOISE_AUTOREFRESH = True

# Fault tests make portions small and slow so that a kill finds one at work.
CHUNK_SIZE = int(os.environ.get("CHUNK_SIZE", "200"))
CHUNK_ATTEMPTS_CAP = int(os.environ.get("CHUNK_ATTEMPTS_CAP", "8"))
CHUNK_REDISPATCH_SECONDS = int(os.environ.get("CHUNK_REDISPATCH_SECONDS", "60"))
CELERY_VISIBILITY_TIMEOUT = int(os.environ.get("VISIBILITY_TIMEOUT", "300"))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
}
FAULT_PAUSE_MS = int(os.environ.get("FAULT_PAUSE_MS", "0"))
# A module that a worker of a fault test imports: it makes some households bring the calculation down.
CELERY_IMPORTS = tuple(filter(None, [os.environ.get("FAULT_IMPORT", "")]))

DOCUMENTS_FOLDER = os.environ.get("JIAOHE_DOCUMENTS") or tempfile.mkdtemp(prefix="jiaohe-documents-")
if "JIAOHE_DOCUMENTS" not in os.environ:
    atexit.register(shutil.rmtree, DOCUMENTS_FOLDER, ignore_errors=True)
