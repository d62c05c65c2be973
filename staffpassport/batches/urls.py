from django.urls import path

from staffpassport.batches import views
from staffpassport.batches.kinds import Kind

_ONE = "people/batches/<uuid:batch>"

urlpatterns = [
    path(_ONE, views.state, name="batch-state"),
    path(f"{_ONE}/resend", views.question(Kind.RESEND), name="batch-resend"),
    path(f"{_ONE}/withdraw", views.question(Kind.WITHDRAW), name="batch-withdraw"),
    path(f"{_ONE}/delete", views.question(Kind.DELETE), name="batch-delete"),
]
