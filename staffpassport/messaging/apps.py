from django.apps import AppConfig
from django.conf import settings


class MessagingConfig(AppConfig):
    name = "staffpassport.messaging"
    label = "messaging"

    def ready(self) -> None:
        from staffpassport.messaging import asking, deliver, health, providers
        from staffpassport.messaging.providers import notify, practice, smtp
        from staffpassport.ui import frame
        from staffpassport.work import duties

        providers.register(notify.NotifyProvider)
        providers.register(practice.PracticeProvider)
        providers.register(smtp.SmtpProvider)
        deliver.register_loops()
        asking.register_loop()
        frame.register_notice(health.notice)
        if practice.PracticeProvider.name == settings.MESSAGE_PROVIDER:
            duties.register(practice.RECEIPTS)
