from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "staffpassport.batches"
    label = "batches"

    def ready(self) -> None:
        from staffpassport.batches import duties as ours
        from staffpassport.work import duties

        for duty in ours.DUTIES:
            duties.register(duty)
