from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "staffpassport.accounts"
    label = "accounts"

    def ready(self) -> None:
        from staffpassport.accounts import mails
        from staffpassport.messaging import composers

        composers.register(mails.PURPOSE, mails.compose)
