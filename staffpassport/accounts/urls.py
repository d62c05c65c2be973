"""Logging in, and user management. allauth finds its own pages by these names; only those that work here are routed."""

from __future__ import annotations

from allauth.account.views import logout as allauth_logout
from django.urls import path
from django.views.decorators.http import require_POST

from staffpassport.accounts import (
    choosing,
    forgotten_pages,
    reset_pages,
    session_pages,
    text_pages,
    user_pages,
    views,
)
from staffpassport.organisations.access import public

urlpatterns = [
    path("log-in", views.log_in, name="account_login"),
    path("log-in/code", views.give_second_factor, name="mfa_authenticate"),
    path("log-in/by-code", text_pages.log_in_by_code, name="log-in-by-code"),
    path("log-in/send-code", text_pages.send_to_log_in, name="send-log-in-code"),
    path("log-in/forgotten", forgotten_pages.ask, name="forgotten-password"),
    path("log-in/forgotten/sent", forgotten_pages.sent, name="forgotten-password-sent"),
    path("log-out", public(require_POST(allauth_logout)), name="account_logout"),
    path("log-in/set-up", views.set_up_authenticator, name="mfa_activate_totp"),
    path("log-in/trust", choosing.choose_trust, name="choose-trust"),
    path("log-in/recovery-codes", views.recovery_codes, name="recovery-codes"),
    path("confirm-it-is-you", views.fresh_code, name="fresh-code"),
    path("logged-out", session_pages.logged_out, name="logged-out"),
    path("session", session_pages.session, name="session"),
    path("your-account/sessions", session_pages.own_sessions, name="own-sessions"),
    path("confirm-it-is-you/by-code", text_pages.fresh_by_code, name="fresh-by-code"),
    path("confirm-it-is-you/send-code", text_pages.send_again, name="fresh-code-send"),
    path("your-account/text", text_pages.own_number, name="own-number"),
    path("your-account/text/code", text_pages.prove_number, name="own-number-code"),
    path("your-account/text/remove", text_pages.remove_number, name="own-number-remove"),
    path("choose-password/<str:token>", views.choose_password, name="choose-password"),
    path("users", user_pages.users, name="users"),
    path("users/new", user_pages.add, name="user-add"),
    path("users/new/<uuid:draft>", user_pages.add, name="user-change"),
    path("users/check/<uuid:draft>", user_pages.check, name="user-check"),
    path("users/<uuid:membership>", user_pages.edit, name="user-edit"),
    path("users/<uuid:membership>/disable", user_pages.disable, name="user-disable"),
    path("users/<uuid:membership>/enable", user_pages.enable, name="user-enable"),
    path("users/<uuid:membership>/reset-log-in", reset_pages.reset, name="user-reset"),
    path("stop-reset/<str:token>", reset_pages.stop, name="stop-reset"),
    path("users/<uuid:membership>/send-link", user_pages.send_link, name="user-send-link"),
]
