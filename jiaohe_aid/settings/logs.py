"""Where the log goes: to where the process writes, one JSON object a line. Part of base."""

from typing import Any

# Without DEBUG Django tells errors to administrators by mail only; here they go where the process writes.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "apps.core.logs.NamelessFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # One line a request.
        "jiaohe.request": {"level": "INFO"},
        # One line a task: what came of it.
        "celery.app.trace": {"level": "INFO"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Django's own handler would write plain text beside ours.
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # Failed logins are kept in the database; a password typed in the wrong field must not be kept here.
        "axes": {"level": "ERROR"},
    },
}
