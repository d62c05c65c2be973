from django.apps import AppConfig


class PassportsConfig(AppConfig):
    name = "staffpassport.passports"
    label = "passports"
