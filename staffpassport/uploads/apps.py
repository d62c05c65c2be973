from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "staffpassport.uploads"
    label = "uploads"

    def ready(self) -> None:
        from staffpassport.uploads import duties as ours
        from staffpassport.work import duties

        for duty in ours.DUTIES:
            duties.register(duty)
