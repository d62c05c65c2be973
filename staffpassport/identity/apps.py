from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "staffpassport.identity"
    label = "identity"

    def ready(self) -> None:
        from staffpassport.identity import composing
        from staffpassport.messaging import composers

        for purpose, compose in composing.COMPOSERS.items():
            composers.register(purpose, compose)
