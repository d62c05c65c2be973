from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "staffpassport.uploads"
    label = "uploads"

    def ready(self) -> None:
        from staffpassport.messaging import composers
        from staffpassport.uploads import duties as ours
        from staffpassport.uploads import telling
        from staffpassport.work import duties

        for duty in ours.DUTIES:
            duties.register(duty)
        composers.register(telling.PURPOSE, telling.compose)
