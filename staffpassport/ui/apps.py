from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "staffpassport.ui"
    label = "ui"
