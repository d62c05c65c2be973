from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "staffpassport.identity"
    label = "identity"

    def ready(self) -> None:
        from staffpassport.identity import composing, listening
        from staffpassport.messaging import composers, listeners

        for purpose, compose in composing.COMPOSERS.items():
            composers.register(purpose, compose)
        listeners.register(listening.messages_changed, purposes=composing.COMPOSERS)
