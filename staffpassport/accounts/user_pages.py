"""User management: the trust's portal users, adding one, and what is changed of one. Each change is checked first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from staffpassport.accounts import fresh, managing, resets
from staffpassport.accounts.managing import KnownHereError, RefusedError
from staffpassport.accounts.models import Membership
from staffpassport.accounts.network import network_address
from staffpassport.accounts.user_forms import EditUserForm, NewUserForm
from staffpassport.organisations.access import Permission, PortalRequest, Role, requires
from staffpassport.ui.drafts import Drafts, kept_if_late
from staffpassport.ui.paging import page_by_key

_A_PAGE = 100
_DRAFTS = Drafts("user")
_GONE = "What you typed is no longer here, or was saved already. Look at the list before you start again."


@requires(Permission.MANAGE_USERS)
def users(request: PortalRequest) -> HttpResponse:
    """Everybody who has an account here, newest first."""
    everybody = Membership.objects.of(request.organisation).select_related("user")
    page = page_by_key(everybody, request.GET, size=_A_PAGE)
    return render(request, "users/users.jinja", {"page": page, "label_of": _role_of})


@kept_if_late(_DRAFTS, "user-change")
@requires(Permission.MANAGE_USERS)
def add(request: PortalRequest, draft: UUID | None = None) -> HttpResponse:
    """The form about a new user; with a draft, what was typed before."""
    typed = _DRAFTS.load(request.session, draft) if draft else None
    if draft and typed is None:
        return _draft_is_gone(request)
    form = NewUserForm(request.POST if request.method == "POST" else typed)
    if request.method == "POST" and form.is_valid():
        known = managing.known_here(request.organisation, form.cleaned_data["email"])
        if known is None:
            return redirect("user-check", draft=_DRAFTS.save(request.session, request.POST, draft))
        _show_known(form, known)
    return render(request, "users/add.jinja", {"form": form, "draft": draft})


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_USERS)
def edit(request: PortalRequest, membership: UUID) -> HttpResponse:
    """Name and role; and the ways to disable the account, or to send its link again."""
    user = _user_or_404(request, membership)
    oneself = user.pk == request.membership.pk
    typed = _DRAFTS.named(request.session, request.GET.get("draft", ""))
    form = EditUserForm(request.POST if request.method == "POST" else typed, user=user, oneself=oneself)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["name"] == user.name and form.cleaned_data.get("role", user.role) == user.role:
            messages.warning(request, "Nothing was changed: every answer stood there already.")
            return redirect("users")
        return redirect("user-check", draft=_DRAFTS.save(request.session, request.POST))
    context = {"form": form, "user": user, "oneself": oneself, "role": _role_of(user)}
    context["reset"] = None if oneself or user.ended_at else resets.open_one(user)
    return render(request, "users/edit.jinja", context)


@requires(Permission.MANAGE_USERS)
def check(request: PortalRequest, draft: UUID) -> HttpResponse:
    """The answers read back, and the change made: of a new account, or of one that there is."""
    typed = _DRAFTS.load(request.session, draft)
    if typed is None:
        return _draft_is_gone(request)
    if typed.get("membership"):
        return _check_change(request, draft, typed)
    form = NewUserForm(typed)
    if not form.is_valid():
        return redirect("user-change", draft=draft)
    must_prove = not fresh.is_fresh(request)
    if request.method == "POST":
        if must_prove:
            return fresh.ask(request, reverse("user-check", args=[draft]))
        return _add(request, draft, form)
    context = {"answers": form.cleaned_data, "role": Role(form.cleaned_data["role"]).label}
    return render(request, "users/check_new.jinja", {**context, "draft": draft, "must_prove": must_prove})


def _add(request: PortalRequest, draft: UUID, form: NewUserForm) -> HttpResponse:
    answers = form.cleaned_data
    try:
        managing.add_user(
            membership=draft,
            email=answers["email"],
            name=answers["name"],
            role=Role(answers["role"]),
            by=request.membership,
            network_address=network_address(request),
        )
    except KnownHereError as known:
        _show_known(form, known.membership)
        return render(request, "users/add.jinja", {"form": form, "draft": draft})
    except RefusedError as refused:
        messages.warning(request, f"{refused.sentence}.")
        return redirect("users")
    _DRAFTS.forget(request.session, draft)
    sentence = "{} has an account now. An email that says how to log in is on its way to {}."
    messages.success(request, sentence.format(answers["name"], answers["email"]))
    return redirect("users")


def _check_change(request: PortalRequest, draft: UUID, typed: Any) -> HttpResponse:
    try:
        user = _user_or_404(request, UUID(typed["membership"]))
    except ValueError:
        raise Http404 from None
    form = EditUserForm(typed, user=user, oneself=user.pk == request.membership.pk)
    if not form.is_valid():
        return redirect("user-edit", membership=user.pk)
    name, role = form.cleaned_data["name"], Role(form.cleaned_data.get("role", user.role))
    must_prove = role != user.role and not fresh.is_fresh(request)
    if request.method == "POST":
        if must_prove:
            return fresh.ask(request, reverse("user-check", args=[draft]))
        _DRAFTS.forget(request.session, draft)
        return _tried(
            request,
            user,
            lambda: managing.change_user(
                membership=user.pk,
                name=name,
                role=role,
                seen=form.cleaned_data["seen"],
                by=request.membership,
                network_address=network_address(request),
            ),
            done=f"The account of {name} has been changed.",
            otherwise="Nothing was changed: every answer stood there already.",
        )
    form_again = f"{reverse('user-edit', args=[user.pk])}?draft={draft}"
    changes = [
        ("Name", user.name, name, f"{form_again}#id_name"),
        ("Role", _role_of(user), role.label, f"{form_again}#id_role"),
    ]
    context = {
        "user": user,
        "draft": draft,
        "must_prove": must_prove,
        "role_changes": role != user.role,
        "form_again": form_again,
        "changes": [change for change in changes if change[1] != change[2]],
    }
    return render(request, "users/check_change.jinja", context)


@requires(Permission.MANAGE_USERS)
def disable(request: PortalRequest, membership: UUID) -> HttpResponse:
    """Asks once more, as the person is logged out at once."""
    user = _user_or_404(request, membership)
    return _question(
        request,
        user,
        "users/disable.jinja",
        managing.disable_user,
        done=f"The account of {user.name} is disabled. If they were logged in, they have been logged out.",
        otherwise=f"The account of {user.name} was disabled already.",
    )


@requires(Permission.MANAGE_USERS)
def enable(request: PortalRequest, membership: UUID) -> HttpResponse:
    """Asks once more, and says with what role the person comes back."""
    user = _user_or_404(request, membership)
    return _question(
        request,
        user,
        "users/enable.jinja",
        managing.enable_user,
        done=f"The account of {user.name} is enabled. They can log in again.",
        otherwise=f"The account of {user.name} was enabled already.",
    )


@requires(Permission.MANAGE_USERS)
def send_link(request: PortalRequest, membership: UUID) -> HttpResponse:
    """The e-mail with the way in once more, to somebody who has not logged in yet."""
    user = _user_or_404(request, membership)
    if request.method == "POST":
        done = f"An email that says how to log in is on its way to {user.user.email}. An earlier link no longer works."
        return _tried(request, user, _verb(request, user, managing.send_link_again), done=done)
    return render(request, "users/send_link.jinja", {"user": user})


def _question(
    request: PortalRequest,
    user: Membership,
    template: str,
    verb: Callable[..., Any],
    *,
    done: str,
    otherwise: str,
) -> HttpResponse:
    """A page that asks, and does it with a fresh code."""
    must_prove = not fresh.is_fresh(request)
    if request.method == "POST":
        if must_prove:
            return fresh.ask(request, request.path)
        return _tried(request, user, _verb(request, user, verb), done=done, otherwise=otherwise)
    oneself = user.pk == request.membership.pk
    context = {"user": user, "role": _role_of(user), "must_prove": must_prove, "oneself": oneself}
    return render(request, template, context)


def _verb(request: PortalRequest, user: Membership, verb: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: verb(membership=user.pk, by=request.membership, network_address=network_address(request))


def _tried(
    request: PortalRequest, user: Membership, verb: Callable[[], Any], *, done: str, otherwise: str = ""
) -> HttpResponse:
    """Does it and says what came of it; a refusal leads to the account as it stands."""
    try:
        changed = verb()
    except RefusedError as refused:
        messages.warning(request, f"{refused.sentence}.")
        return redirect("user-edit", membership=user.pk)
    if otherwise and not changed:
        messages.warning(request, otherwise)
    else:
        messages.success(request, done)
    return redirect("users")


def _user_or_404(request: PortalRequest, membership: UUID) -> Membership:
    everybody = Membership.objects.of(request.organisation).select_related("user")
    found: Membership | None = everybody.filter(pk=membership).first()
    if found is None:
        raise Http404
    return found


def _role_of(user: Membership) -> str:
    return Role(user.role).label


def _show_known(form: NewUserForm, known: Membership) -> None:
    what = "has an account that is disabled" if known.ended_at else "has an account already"
    form.add_error(
        "email",
        format_html(
            'This person {}. <a href="{}">Open the account of {}</a>',
            what,
            reverse("user-edit", args=[known.pk]),
            known.name,
        ),
    )


def _draft_is_gone(request: PortalRequest) -> HttpResponse:
    """A second click on the last step, or a form left alone for too long."""
    messages.warning(request, _GONE)
    return redirect("users")
