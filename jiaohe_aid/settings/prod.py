"""Servers: everything comes from the environment, and what would be unsafe refuses to start."""

import json
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from jiaohe_aid.settings.base import *
from jiaohe_aid.settings.environment import acts_as_owner, database, required, role
from jiaohe_aid.settings.storage import *

SHORTEST_SECRET = 50
FEWEST_DIFFERENT = 12
KNOWN_WORDS = ("insecure", "workstation", "tests-only", "change", "secret", "example")


def _secret_key() -> str:
    key = required("DJANGO_SECRET_KEY")
    if len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_DIFFERENT or any(word in key for word in KNOWN_WORDS):
        raise ImproperlyConfigured("DJANGO_SECRET_KEY 太短或是默认值：请用随机生成的 50 位以上字符。")
    return key


def _hosts() -> list[str]:
    hosts = [host.strip() for host in required("DJANGO_ALLOWED_HOSTS").split(",") if host.strip()]
    if not hosts or any("*" in host or host.startswith(".") for host in hosts):
        raise ImproperlyConfigured("DJANGO_ALLOWED_HOSTS 须逐个写明主机名，不能用 * 或整个域。")
    return hosts


def _keys_file() -> str:
    path = required("JIAOHE_KEYS_FILE")
    try:
        ring = json.loads(Path(path).read_text(encoding="utf-8"))
        complete = ring["current"] in ring["keys"] and bool(ring["index_key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"JIAOHE_KEYS_FILE 指向的密钥文件读不出：{path}") from error
    if not complete:
        raise ImproperlyConfigured(f"密钥文件不完整（current、keys、index_key）：{path}")
    return path


def _refuse_workstation_habits() -> None:
    for name in ("DJANGO_DEBUG", "OFFICE_DATE"):
        if os.environ.get(name, "0").lower() not in {"", "0", "false", "no"}:
            raise ImproperlyConfigured(f"生产环境不能打开 {name}。")


_refuse_workstation_habits()
DEBUG = False
OFFICE_DATE = False
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _hosts()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
JIAOHE_KEYS_FILE = _keys_file()
# A folder that outlives the container, is backed up with the database and served by no web server.
DOCUMENTS_FOLDER = required("JIAOHE_DOCUMENTS")

# SET ROLE can be undone by whoever holds the connection: the application logs in as a role of its own, which has no
# rights but those of the role it takes.
DATABASES = {"default": database(required("DATABASE_URL" if acts_as_owner() else "DATABASE_APP_URL"), role())}
CELERY_BROKER_URL = required("REDIS_URL")

# Programs of other bureaus show a certificate; which one, only the proxy that made the handshake can say.
required("PROXY_ADDRESSES")
PARTNER_CERTIFICATE_REQUIRED = True

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
