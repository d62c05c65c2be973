from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "staffpassport.invitations"
    label = "invitations"

    def ready(self) -> None:
        from staffpassport.invitations import (
            composing,
            deleting,
            erasures,
            expiring,
            forgetting,
            listening,
            purposes,
            reminding,
            tally,
        )
        from staffpassport.messaging import composers, listeners
        from staffpassport.work import duties, starting

        for purpose in purposes.ALL:
            composers.register(purpose, composing.compose)
        composers.register(deleting.PURPOSE, composing.compose_deletions)
        listeners.register(listening.messages_changed, purposes=purposes.ALL)
        duties.register(reminding.REMINDING)
        duties.register(expiring.EXPIRING)
        duties.register(forgetting.FORGETTING)
        duties.register(tally.FORGETTING)
        duties.register(erasures.NOTING)
        starting.register(erasures.refuse_without_file)
        starting.register(erasures.refuse_whoever_is_back)
