from django.urls import path

from staffpassport.signup import views

urlpatterns = [
    path("i/<str:token>", views.open_link, name="open-link"),
    path("invitation", views.invitation, name="invitation"),
]
