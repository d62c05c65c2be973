from django.apps import AppConfig


class SignupConfig(AppConfig):
    name = "staffpassport.signup"
    label = "signup"

    def ready(self) -> None:
        from staffpassport.accounts import holders, landing
        from staffpassport.messaging import composers
        from staffpassport.signup import contacts, own_mails, own_pages
        from staffpassport.ui import frame

        for purpose in own_mails.PURPOSES:
            composers.register(purpose, own_mails.compose)
        landing.register(own_pages.landing)
        frame.register_account_link(own_pages.account_link)
        holders.register(contacts.of_holder)
