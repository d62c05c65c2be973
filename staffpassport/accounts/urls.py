"""Logging in, and user management. allauth finds its own pages by these names; only those that work here are routed."""

from __future__ import annotations

from allauth.account.views import logout as allauth_logout
from django.urls import path
from django.views.decorators.http import require_POST

from staffpassport.accounts import (
    choosing,
    factor_pages,
    forgotten_pages,
    proving,
    recovery_pages,
    reset_pages,
    session_pages,
    text_pages,
    user_pages,
    views,
)
from staffpassport.organisations.access import public

urlpatterns = [
    path("log-in", proving.log_in, name="account_login"),
    path("log-in/passkey", proving.log_in_with_passkey, name="passkey-log-in"),
    path("log-in/passkey/begin", proving.begin_log_in, name="passkey-log-in-begin"),
    path("log-in/code", proving.give_second_factor, name="mfa_authenticate"),
    path("log-in/code/passkey", proving.begin_second_factor, name="second-factor-passkey"),
    path("log-in/by-code", text_pages.log_in_by_code, name="log-in-by-code"),
    path("log-in/send-code", text_pages.send_to_log_in, name="send-log-in-code"),
    path("log-in/lost-phone", recovery_pages.other_phone, name="lost-phone"),
    path("log-in/forgotten", forgotten_pages.ask, name="forgotten-password"),
    path("log-in/forgotten/sent", forgotten_pages.sent, name="forgotten-password-sent"),
    path("log-out", public(require_POST(allauth_logout)), name="account_logout"),
    path("log-in/set-up", views.set_up, name="mfa_activate_totp"),
    path("log-in/set-up/passkey", views.begin_set_up, name="set-up-passkey"),
    path("log-in/trust", choosing.choose_trust, name="choose-trust"),
    path("log-in/recovery-codes", views.recovery_codes, name="recovery-codes"),
    path("confirm-it-is-you", proving.fresh_code, name="fresh-code"),
    path("confirm-it-is-you/passkey", proving.begin_fresh_code, name="fresh-code-passkey"),
    path("logged-out", session_pages.logged_out, name="logged-out"),
    path("session", session_pages.session, name="session"),
    path("your-account/sessions", session_pages.own_sessions, name="own-sessions"),
    path("confirm-it-is-you/by-code", text_pages.fresh_by_code, name="fresh-by-code"),
    path("confirm-it-is-you/send-code", text_pages.send_again, name="fresh-code-send"),
    path("your-account/text", text_pages.own_number, name="own-number"),
    path("your-account/text/code", text_pages.prove_number, name="own-number-code"),
    path("your-account/text/remove", text_pages.remove_number, name="own-number-remove"),
    path("your-account", factor_pages.how_you_log_in, name="your-account"),
    path("your-account/app", factor_pages.add_app, name="app-add"),
    path("your-account/passkey", factor_pages.add_passkey, name="passkey-add"),
    path("your-account/passkey/begin", factor_pages.begin_passkey, name="passkey-add-begin"),
    path("your-account/factors/<int:factor>/rename", factor_pages.rename, name="factor-rename"),
    path("your-account/factors/<int:factor>/remove", factor_pages.remove, name="factor-remove"),
    path("your-account/recovery-codes", factor_pages.new_codes, name="recovery-codes-new"),
    path("your-account/password", factor_pages.change_password, name="password-change"),
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
    path("stop-recovery/<str:token>", recovery_pages.stop, name="stop-recovery"),
    path("users/<uuid:membership>/send-link", user_pages.send_link, name="user-send-link"),
]
