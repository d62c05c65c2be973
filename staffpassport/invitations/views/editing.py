"""Edit profile: the form, and what follows for the invitation when an address changes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from staffpassport.accounts.network import actor
from staffpassport.invitations.clashes import show_clashes
from staffpassport.invitations.correcting import Corrected, correct
from staffpassport.invitations.record_forms import EditProfileForm, hidden_id
from staffpassport.invitations.standing import newest_of
from staffpassport.invitations.views.resending import to_what_came_of_it
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.editing import ChangedMeanwhileError, ClashError
from staffpassport.passports.finding import look_at_or_404
from staffpassport.passports.models import ProfileChange, StaffPassport, Status
from staffpassport.ui.drafts import Drafts, kept_if_late

AND_RESEND = "resend"
# Of a form that came when its session was over, and of no other.
_DRAFTS = Drafts("profile")
_ADDRESSES = {Channel.EMAIL: "email address", Channel.TEXT: "telephone number"}


@kept_if_late(_DRAFTS)
@requires(Permission.EDIT)
def edit_profile(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The form with what stands there; saved, or saved and sent again in one go."""
    person = look_at_or_404(request, passport)
    may_resend = person.status == Status.INVITATION_SENT and request.membership.may(Permission.RESEND)
    if request.method == "POST":
        form = EditProfileForm(request.POST)
        if form.is_valid():
            and_resend = may_resend and request.POST.get("then") == AND_RESEND
            if corrected := _correct(request, person, form, and_resend):
                return _saved(request, person, corrected, may_resend)
    else:
        typed, newest = _DRAFTS.named(request.session, request.GET.get("draft", "")), newest_of(person)
        form = EditProfileForm(typed) if typed else EditProfileForm.of(person, newest.pk if newest else None)
    return render(
        request,
        "invitations/edit.jinja",
        {
            "form": form,
            "passport": person,
            "may_resend": may_resend,
            "and_resend": AND_RESEND,
            "texts": are_texts_sent(),
        },
    )


def _correct(
    request: PortalRequest, person: StaffPassport, form: EditProfileForm, and_resend: bool
) -> Corrected | None:
    """What was written; None where the form says why nothing was."""
    try:
        return correct(
            organisation=request.organisation,
            passport=person.pk,
            profile=form.profile(),
            seen=form.cleaned_data["seen"],
            by=actor(request),
            and_resend=and_resend,
            newest=hidden_id(form, "newest"),
        )
    except ClashError as refused:
        show_clashes(form, refused.clashes)
    except ChangedMeanwhileError as refused:
        changes = ProfileChange.objects.of(request.organisation).filter(passport_id=person.pk)
        form.show_what_stands_there(refused, changes)
    except StaffPassport.DoesNotExist:
        raise Http404 from None
    return None


def _saved(
    request: PortalRequest, person: StaffPassport, corrected: Corrected, may_resend: bool
) -> HttpResponse:
    edited = corrected.edited
    if edited.columns:
        messages.success(request, "The profile has been changed.")
    if corrected.resent:
        return to_what_came_of_it(request, person.pk, corrected.resent.left_out.get(person.pk))
    if edited.channels and may_resend:
        messages.warning(request, _advice(person, corrected))
    elif edited.channels and person.holder_id:
        messages.warning(request, _told(person, corrected))
    elif not edited.columns:
        messages.warning(request, "Nothing was changed: every answer stood there already.")
    return redirect("person", passport=person.pk)


def _told(person: StaffPassport, corrected: Corrected) -> str:
    """That the person logs in as before."""
    what = " and ".join(_ADDRESSES[channel] for channel in corrected.edited.channels)
    return (
        f"We tell {person.full_name} of the new {what}. They log in as before until they have confirmed it."
    )


def _advice(person: StaffPassport, corrected: Corrected) -> SafeString:
    """That the invitation has not gone to the new address."""
    what = " and the ".join(_ADDRESSES[channel] for channel in corrected.edited.channels)
    return format_html(
        "The invitation has not been sent to the new {}{}. We advise you to "
        '<a href="{}">re-send the invitation</a>.',
        what,
        ", and what waited for the old one was cancelled" if corrected.cancelled else "",
        reverse("resend-invitation", args=[person.pk]),
    )
