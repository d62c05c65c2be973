"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffpassport.settings")
application = get_wsgi_application()

from staffpassport.accounts.practice import refuse_practice_users  # noqa: E402  # needs the apps loaded

refuse_practice_users()
