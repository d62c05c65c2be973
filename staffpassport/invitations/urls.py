from django.urls import path

from staffpassport.invitations.views import deleting, editing, inviting, resending

urlpatterns = [
    path("people/invite/one", inviting.details, name="invite-one"),
    path("people/invite/one/<uuid:draft>", inviting.details, name="invite-one-change"),
    path("people/invite/one/<uuid:draft>/check", inviting.check, name="invite-one-check"),
    path("people/<uuid:passport>/edit", editing.edit_profile, name="edit-profile"),
    path("people/<uuid:passport>/resend", resending.resend_invitation, name="resend-invitation"),
    path("people/<uuid:passport>/resent", resending.invitation_resent, name="invitation-resent"),
    path("people/<uuid:passport>/withdraw", resending.withdraw_invitation, name="withdraw-invitation"),
    path("people/<uuid:passport>/delete", deleting.delete_passport, name="delete-passport"),
]
