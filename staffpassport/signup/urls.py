from django.urls import path

from staffpassport.signup import own_contact_pages, own_pages, views

urlpatterns = [
    path("i/<str:token>", views.open_link, name="open-link"),
    path("invitation", views.invitation, name="invitation"),
    path("my-staff-passports", own_pages.own_passports, name="own-passports"),
    path("my-staff-passports/<uuid:passport>", own_pages.own_passport, name="own-passport"),
    path("my-staff-passports/<uuid:passport>/<str:channel>", own_contact_pages.change, name="own-contact"),
    path(
        "my-staff-passports/<uuid:passport>/<str:channel>/code",
        own_contact_pages.code,
        name="own-contact-code",
    ),
]
