from django.urls import path

from staffpassport.messaging import views

urlpatterns = [
    path("receipts/notify", views.notify_receipt, name="notify-receipt"),
]
