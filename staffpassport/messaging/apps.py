from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "staffpassport.messaging"
    label = "messaging"
