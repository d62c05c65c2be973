from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "staffpassport.invitations"
    label = "invitations"

    def ready(self) -> None:
        from staffpassport.invitations import composing, listening
        from staffpassport.invitations.actions import PURPOSE
        from staffpassport.messaging import composers, listeners

        composers.register(PURPOSE, composing.compose)
        listeners.register(listening.messages_changed, purposes=[PURPOSE])
