from django.urls import path

from staffpassport.invitations import views

urlpatterns = [
    path("people/invite/one", views.details, name="invite-one"),
    path("people/invite/one/<uuid:draft>", views.details, name="invite-one-change"),
    path("people/invite/one/<uuid:draft>/check", views.check, name="invite-one-check"),
]
