"""For `collectstatic` while an image is built: production's storage, no database, no secrets, good for nothing else."""

import secrets

from jiaohe_aid.settings.base import *
from jiaohe_aid.settings.storage import *

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(50)
