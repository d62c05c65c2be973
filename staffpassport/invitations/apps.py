from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "staffpassport.invitations"
    label = "invitations"
