from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "staffpassport.organisations"
    label = "organisations"
