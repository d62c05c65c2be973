from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "staffpassport.work"
    label = "work"
