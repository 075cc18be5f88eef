"""The project: settings, addresses, the Celery app and its schedule."""

from jiaohe_aid.celery import app as celery_app

__all__ = ["celery_app"]
