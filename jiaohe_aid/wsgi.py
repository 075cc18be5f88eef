"""The door for gunicorn."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from jiaohe_aid.settings.environment import APP_ROLE, role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiaohe_aid.settings.prod")
if role() != APP_ROLE:
    raise ImproperlyConfigured("网页服务不能带 DATABASE_ROLE 启动：每个页面只看到本乡镇的家庭。")

application = get_wsgi_application()
