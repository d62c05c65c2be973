from django.urls import path

from staffpassport.identity import views

urlpatterns = [
    path("people/<uuid:passport>/identity", views.confirm, name="confirm-identity"),
    path("people/<uuid:passport>/identity/<uuid:draft>", views.check, name="confirm-identity-check"),
    path("people/<uuid:passport>/decline", views.decline, name="decline-access"),
    path("people/<uuid:passport>/reconsider", views.take_back, name="reconsider-access"),
]
