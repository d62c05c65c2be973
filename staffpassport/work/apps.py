from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "staffpassport.work"
    label = "work"

    def ready(self) -> None:
        from staffpassport.work import cache, duties

        duties.register(cache.CLEARING)
