from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "staffpassport.invitations"
    label = "invitations"

    def ready(self) -> None:
        from staffpassport.invitations import composing, deleting, listening, tally
        from staffpassport.invitations.actions import PURPOSE
        from staffpassport.messaging import composers, listeners
        from staffpassport.work import duties

        composers.register(PURPOSE, composing.compose)
        composers.register(deleting.PURPOSE, composing.compose_deletions)
        listeners.register(listening.messages_changed, purposes=[PURPOSE])
        duties.register(tally.FORGETTING)
