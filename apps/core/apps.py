from django.apps import AppConfig
from django.db.models import CharField
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from apps.core.lookups import Begins
        from apps.core.privileges import grant_after_migrate
        from apps.core.sqlviews import drop_views

        CharField.register_lookup(Begins)
        pre_migrate.connect(drop_views, sender=self, dispatch_uid="core.sqlviews")
        post_migrate.connect(grant_after_migrate, sender=self, dispatch_uid="core.privileges")
