"""How often something may be asked from one place: counted in the broker, atomically for all processes, and forgotten.

Only for what anyone may do without logging in. Nothing is written down: a count under a keyed digest of the place,
which expires by itself. When the broker is away nobody is let through: the office's own work does not depend on it.
"""

import ipaddress
from functools import cache

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.core.refusal import Refused

# The first of a period starts its clock; one step, so that no count is ever left without an end.
_COUNT = """
local times = redis.call('INCR', KEYS[1])
if times == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {times, redis.call('TTL', KEYS[1])}
"""


def count_or_refuse(what: str, place: str, *, limit: int, seconds: int) -> None:
    """Count one more from this address; Refused("too_often") beyond the limit, ("not_countable") without a broker.

    ``facts["retry_after"]`` of the first says in how many seconds the period ends.
    """
    key = f"jiaohe:{what}:{salted_hmac(what, _network(place)).hexdigest()}"
    try:
        times, left = _broker(settings.CELERY_BROKER_URL).eval(_COUNT, 1, key, seconds)
    except (redis.RedisError, OSError, ValueError) as error:
        raise Refused("not_countable", "暂时不能办理，请过几分钟再试。") from error
    if times > limit:
        minutes = -(-left // 60)
        raise Refused("too_often", f"操作太频繁，请过 {minutes} 分钟再试。", retry_after=left)


def _network(place: str) -> str:
    """An address; of the many that one line has in version 6, the network they share."""
    try:
        address = ipaddress.ip_address(place)
    except ValueError:
        return place
    if address.version == 4:
        return place
    return str(ipaddress.ip_network((address, 64), strict=False))


@cache
def _broker(url: str) -> "redis.Redis":
    """One connection pool a process; quick to give up, for somebody waits at the page."""
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
