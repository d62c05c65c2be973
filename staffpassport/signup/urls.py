from django.urls import path

from staffpassport.signup import own_contact_pages, own_pages
from staffpassport.signup.views import (
    account,
    correcting,
    deciding,
    opening,
    profile,
    proving,
    questions,
    sending,
)

urlpatterns = [
    path("i/<str:token>", opening.open_link, name="open-link"),
    path("invitation", opening.invitation, name="invitation"),
    path("invitation/start", opening.start, name="start-application"),
    path("invitation/new", opening.new_invitation, name="new-invitation"),
    path("invitation/asked", opening.asked_again, name="invitation-asked"),
    path("invitation/not-me", opening.not_me, name="not-me"),
    path("sign-up/another", questions.another, name="sign-up-another"),
    path("sign-up/notices", questions.accept_notices, name="sign-up-notices"),
    path("sign-up/identity", questions.identity, name="sign-up-identity"),
    path("sign-up/code", proving.code, name="sign-up-code"),
    path("sign-up/correct/<str:channel>", correcting.correct, name="sign-up-correct"),
    path("sign-up/correct/<str:channel>/code", correcting.code, name="sign-up-correct-code"),
    path("sign-up/waiting", correcting.waiting, name="sign-up-waiting"),
    path("sign-up/invitations", profile.invitations, name="sign-up-invitations"),
    path("sign-up/details", profile.details, name="sign-up-details"),
    path("sign-up/numbers", profile.numbers, name="sign-up-numbers"),
    path("sign-up/account", account.account, name="sign-up-account"),
    path("sign-up/account/passkey", account.begin_passkey, name="sign-up-passkey"),
    path("sign-up/check", sending.check, name="sign-up-check"),
    path("sign-up/done", sending.done, name="sign-up-done"),
    path("people/contact-details", deciding.contact_details, name="contact-details"),
    path("people/contact-details/<uuid:correction>", deciding.decide, name="decide-contact"),
    path("my-staff-passports", own_pages.own_passports, name="own-passports"),
    path("my-staff-passports/<uuid:passport>", own_pages.own_passport, name="own-passport"),
    path("my-staff-passports/<uuid:passport>/<str:channel>", own_contact_pages.change, name="own-contact"),
    path(
        "my-staff-passports/<uuid:passport>/<str:channel>/code",
        own_contact_pages.code,
        name="own-contact-code",
    ),
]
