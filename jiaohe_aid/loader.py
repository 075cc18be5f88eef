"""How Celery's processes begin."""

import resource

from celery.loaders.app import AppLoader
from django.conf import settings


class CappedLoader(AppLoader):
    """Each process that works on tasks has a ceiling for its memory.

    What asks for more gets an error that names it, where the machine would otherwise kill some process at random.
    """

    def on_worker_process_init(self) -> None:
        """Before the first task."""
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (settings.WORKER_MEMORY_BYTES, hard))
