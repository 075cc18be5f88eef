"""How Celery's processes begin, and each task in them."""

import resource
from typing import Any

from celery.loaders.app import AppLoader
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections

from jiaohe_aid.settings.environment import COUNTY_ROLE, role


class WorkersLoader(AppLoader):
    """Each process that works on tasks has a ceiling for its memory and a connection it keeps while it is sound."""

    def on_worker_init(self) -> None:
        """Who works for all townships must see them: one that does not would find nothing to do, and say nothing."""
        if role() != COUNTY_ROLE:
            raise ImproperlyConfigured("工作进程须以 DATABASE_ROLE=county 启动：否则看不到任何家庭。")

    def on_worker_process_init(self) -> None:
        """What asks for more gets an error that names it; the machine would kill some process at random."""
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (settings.WORKER_MEMORY_BYTES, hard))

    def on_task_init(self, task_id: str, task: Any) -> None:
        """What Django does before a request: an old or broken connection is closed, any other asked for its health."""
        close_old_connections()
