"""All pages. Each room brings its own; a test walks this map and fails for a page without a rule."""

from django.urls import include, path

urlpatterns = [
    path("", include("staffpassport.uploads.urls")),
    path("", include("staffpassport.batches.urls")),
    path("", include("staffpassport.identity.urls")),
    path("", include("staffpassport.invitations.urls")),
    path("", include("staffpassport.signup.urls")),
    path("", include("staffpassport.accounts.urls")),
    path("", include("staffpassport.messaging.urls")),
    path("", include("staffpassport.portal.urls")),
]

handler400 = "staffpassport.ui.errors.bad_request"
handler403 = "staffpassport.ui.errors.permission_denied"
handler404 = "staffpassport.ui.errors.page_not_found"
handler429 = "staffpassport.accounts.adapters.too_many_requests"  # allauth looks for it here
handler500 = "staffpassport.ui.errors.server_error"
