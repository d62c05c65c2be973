from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "staffpassport.audit"
    label = "audit"
