from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "staffpassport.portal"
    label = "portal"
