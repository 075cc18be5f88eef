from django.apps import AppConfig


class TakeoverConfig(AppConfig):
    name = "apps.takeover"
    verbose_name = "登记册接管"
