from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "staffpassport.accounts"
    label = "accounts"

    def ready(self) -> None:
        from staffpassport.accounts import mails, practice, sessions
        from staffpassport.messaging import composers
        from staffpassport.work import duties, starting

        composers.register(mails.PURPOSE, mails.compose)
        duties.register(sessions.CLEARING)
        starting.register(practice.refuse_practice_users)
