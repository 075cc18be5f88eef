"""The Celery app and the only schedule of the office."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaohe_aid.settings.dev")

app = Celery("jiaohe_aid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
