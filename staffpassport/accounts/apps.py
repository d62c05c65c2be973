from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "staffpassport.accounts"
    label = "accounts"
