"""How gunicorn serves: ``gunicorn -c python:jiaohe_aid.serving``.

It keeps no access log of its own, because that would hold whole addresses; ``apps.core.logs.RequestLog`` writes one
without. What gunicorn says of itself goes through the same formatter.
"""

from jiaohe_aid.settings.logs import LOGGING

accesslog = None
logconfig_dict = {
    **LOGGING,
    "loggers": {
        **LOGGING["loggers"],
        "gunicorn.error": {"level": "INFO", "propagate": True, "handlers": []},
        "gunicorn.access": {"level": "CRITICAL", "propagate": False, "handlers": []},
    },
}
