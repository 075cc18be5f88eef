"""Tests: the workstation's settings with cheap passwords; conftest names database and broker."""

import os

os.environ.setdefault("DATABASE_URL", "postgresql:///named_by_conftest")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("DJANGO_DEBUG", "0")

from jiaohe_aid.settings.dev import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = False
