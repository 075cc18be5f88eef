"""Reads database addresses from the environment into Django's form."""

import ipaddress
import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

APP_ROLE = "jiaohe_app"
COUNTY_ROLE = "jiaohe_county"

# A worker host that vanishes must not keep its row locks for hours.
KEEPALIVE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
SESSION_LIMITS = {"client_connection_check_interval": "5s", "idle_in_transaction_session_timeout": "180s"}


def required(name: str) -> str:
    """The value of an environment variable that a server cannot do without."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"缺少环境变量 {name}。")
    return value


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The addresses and networks an environment variable lists, separated by commas; everywhere is refused."""
    try:
        found = [ipaddress.ip_network(one.strip()) for one in os.environ.get(name, "").split(",") if one.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 须是 IP 地址或网段，用逗号分开：{error}") from error
    if any(network.prefixlen == 0 for network in found):
        raise ImproperlyConfigured(f"{name} 不能是所有地址：写明反向代理所在的地址。")
    return found


def acts_as_owner() -> bool:
    """Whether this process migrates and may therefore change tables."""
    return os.environ.get("DATABASE_ROLE") == "owner"


def role() -> str:
    """What a process works as: the owner by its login, others as a role that sees the county or, at first, nobody."""
    named = os.environ.get("DATABASE_ROLE", "")
    if named not in {"", "owner", "county"}:
        raise ImproperlyConfigured(f"DATABASE_ROLE 只能是 owner、county 或不设，现在是“{named}”。")
    return {"owner": "", "county": COUNTY_ROLE}.get(named, APP_ROLE)


def parse(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?host=/socket into Django's settings; wrong scheme refuses."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("数据库地址须以 postgresql:// 开头，本系统只在 PostgreSQL 上运行。")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "OPTIONS": {**KEEPALIVE, **query},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def database(url: str, role: str = "") -> dict[str, Any]:
    """The connection of `url`, taking the given role and the time limits of a web or worker process."""
    settings = parse(url)
    limits = dict(SESSION_LIMITS)
    if role:
        limits["role"] = role
    if not acts_as_owner():
        limits["lock_timeout"] = os.environ.get("DATABASE_LOCK_TIMEOUT", "5s")
        limits["statement_timeout"] = os.environ.get("DATABASE_STATEMENT_TIMEOUT", "15s")
    settings["OPTIONS"]["options"] = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return settings
