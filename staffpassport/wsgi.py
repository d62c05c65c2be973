"""What gunicorn serves."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffpassport.settings")

# What gunicorn takes for "cannot be loaded": it ends. After any other code it would start the worker again for ever.
_CANNOT_START = 4

try:
    application = get_wsgi_application()

    from staffpassport.accounts.practice import refuse_practice_users  # needs the apps loaded

    refuse_practice_users()
except ImproperlyConfigured as problem:
    sys.stderr.write(f"The portal cannot start: {problem}\n")
    sys.exit(_CANNOT_START)
