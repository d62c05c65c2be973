from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "staffpassport.codes"
    label = "codes"

    def ready(self) -> None:
        from staffpassport.codes import mails, retention
        from staffpassport.messaging import composers
        from staffpassport.work import duties

        composers.register(mails.PURPOSE, mails.compose)
        duties.register(retention.CLEARING)
