from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "apps.partners"
    label = "partners"
    verbose_name = "兄弟部门"

    def ready(self) -> None:
        import apps.partners.api.schema  # noqa: F401 - the describer finds its extensions by their having been imported
