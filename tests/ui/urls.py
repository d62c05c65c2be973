"""Pages that exist only to be looked at by the tests."""

from __future__ import annotations

from django.urls import path

from tests.ui import pages

handler400 = "staffpassport.ui.errors.bad_request"
handler403 = "staffpassport.ui.errors.permission_denied"
handler404 = "staffpassport.ui.errors.page_not_found"
handler500 = "staffpassport.ui.errors.server_error"


urlpatterns = [
    path("", pages.page, name="home"),
    path("people/", pages.page, name="people"),
    path("people/<str:token>/", pages.page, name="person"),
    path("users/", pages.page, name="users"),
    path("style-guide/", pages.style_guide, name="style-guide"),
    path("list/", pages.table, name="list"),
    path("check/", pages.check, name="check"),
    path("question/", pages.question, name="question"),
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("upload/", pages.upload, name="upload"),
    path("upload/unasked/", pages.unasked, name="unasked"),
    path("done/", pages.done, name="done"),
    path("progress/", pages.progress, name="progress"),
    path("away/", pages.away, name="away"),
    path("fails/", pages.fails, name="fails"),
    path("refuses/", pages.refuses, name="refuses"),
    path("bad/", pages.bad, name="bad"),
    *(
        path(f"{name}/", pages.page, name=name)
        for name in ("accessibility", "contact", "cookies", "privacy", "terms", "log-out")
    ),
    path("account/log-out/", pages.page, name="account_logout"),
]
