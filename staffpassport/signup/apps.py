from django.apps import AppConfig


class SignupConfig(AppConfig):
    name = "staffpassport.signup"
    label = "signup"
