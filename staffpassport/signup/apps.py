from django.apps import AppConfig


class SignupConfig(AppConfig):
    name = "staffpassport.signup"
    label = "signup"

    def ready(self) -> None:
        from staffpassport.accounts import holders, landing
        from staffpassport.invitations import correcting
        from staffpassport.messaging import composers
        from staffpassport.signup import asking_again, contacts, log_in_addresses, mails, own_mails, own_pages
        from staffpassport.ui import frame
        from staffpassport.work import duties

        for purpose in own_mails.PURPOSES:
            composers.register(purpose, own_mails.compose)
        composers.register(mails.SIGNED_UP, mails.compose_next_steps)
        composers.register(mails.CONTACT_DECIDED, mails.compose_decisions)
        landing.register(own_pages.landing)
        frame.register_account_link(own_pages.account_link)
        holders.register(contacts.of_holder)
        holders.register_proved(log_in_addresses.proved_by_logging_in)
        correcting.register(log_in_addresses.told_by_hr)
        duties.register(asking_again.ANSWERING)
        duties.register(asking_again.FORGETTING)
