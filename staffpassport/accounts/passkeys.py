"""Passkeys and security keys: how one is made, and how a person shows one.

Both take two requests. `begin_…` answers with what the browser's own functions take (WebAuthn's options, as JSON; see
`passkeys/parts.jinja`), and remembers the challenge in the session: for five minutes and for one answer, right or
wrong. `finish_…` takes what the browser made of it, which may be any bytes, and says PasskeyError for whatever is not
right.

Whoever is about to get an account may make a passkey before the account is saved: `begin_making` takes the id that the
user will have, `finish_making` gives something that waits in a session, and `keep` saves it with the user.

The rules are those of https://www.w3.org/TR/webauthn-3/#sctn-rp-operations, checked by the library fido2.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypedDict, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server, to_descriptor
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAttestationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from staffpassport.accounts.backend import PortalBackend
from staffpassport.accounts.models import User
from staffpassport.ui.frame import SERVICE_NAME

LIVES = timedelta(minutes=5)
LONGEST_NAME = 50
# What browsers send is one or two kilobytes, and stands in the session and the database.
_LONGEST_ANSWER = 16_000
_TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")
_BEING_MADE, _BEING_GIVEN = "passkey_being_made", "passkey_being_given"

_NOT_MADE = _(
    "The passkey was not made. It was cancelled or took too long, or this device cannot make one. Try again, or choose "
    "another way"
)
_NOT_GIVEN = _(
    "The passkey was not used. It was cancelled or took too long, or this device has none for this service. Try again, "
    "or choose another way"
)
_KNOWN = _("This device has a passkey for your account already")
_TOO_LATE = _("That took longer than 5 minutes, or was done already. Try again")
_UNKNOWN = _("This passkey is not known here. Choose another way")
_NOT_RIGHT = _("What your browser sent about the passkey is not right. Try again, or choose another way")
_ELSEWHERE = _("Passkeys work only at {address}. Go there and try again")
_COPIED = _(
    "This passkey seems to have been copied, so it is not accepted. Choose another way, then remove this passkey"
)

# What browsers call the mistakes that a sentence of their own can help with.
_NOT_HERE, _MADE_BEFORE = "SecurityError", "InvalidStateError"

Parsed = TypeVar("Parsed")


class PasskeyError(Exception):
    """The passkey was not made or not accepted, for a reason that the page says. Nothing was written.

    `what` is for the event, and empty where the browser says that nothing was shown; `user` is whose passkey it would
    have been, where that is known.
    """

    def __init__(self, sentence: str | Promise, what: str = "passkey", user: User | None = None) -> None:
        super().__init__(what)
        self.sentence = str(sentence)
        self.what = what
        self.user = user


class NewPasskey(TypedDict):
    """A passkey that was made and is not kept yet; fit for a session.

    `alone`: it proved who holds it, and so may log in without a password. `count` is its count of uses so far.
    """

    user: str
    credential: dict[str, Any]
    transports: list[str]
    count: int
    alone: bool


def begin_making(
    request: HttpRequest, *, user_id: UUID, name: str, label: str, alone: bool = True
) -> dict[str, Any]:
    """Options for the browser to make a passkey for the user of this id, saved or not. `name` (the e-mail address) and
    `label` (the person's name) are what the device shows when it asks which passkey to use.

    With `alone` the device must ask for a finger, a face or a PIN, and such a passkey may log in alone. Without, a
    plain security key will do, which is good only after a password.
    """
    options, state = _server().register_begin(
        user=PublicKeyCredentialUserEntity(id=user_id.bytes, name=name, display_name=label),
        credentials=_descriptors(_of(user_id)),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED
        if alone
        else ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED
        if alone
        else UserVerificationRequirement.DISCOURAGED,
    )
    _remember(request, _BEING_MADE, {**state, "user": str(user_id), "alone": alone})
    return dict(options)


def finish_making(request: HttpRequest, response: str) -> NewPasskey:
    """The passkey that the browser made: `response` is the JSON that the page's script sent.

    Raises PasskeyError.
    """
    state = _take(request, _BEING_MADE)
    answer = _read(response, otherwise=_NOT_MADE)

    def check() -> NewPasskey:
        made = RegistrationResponse.from_dict(answer)
        _refuse_another_place(made.response.client_data)
        data = _server().register_complete(state, made)
        assert data.credential_data is not None
        if isinstance(data.credential_data.public_key, UnsupportedKey):
            raise PasskeyError(_NOT_MADE)
        return NewPasskey(
            user=state["user"],
            credential=_to_keep(made),
            transports=[name for name in _TRANSPORTS if name in answer.get("transports", ())],
            count=data.counter,
            alone=state["alone"],
        )

    return _whatever_comes(check)


@transaction.atomic
def keep(user: User, new: NewPasskey, name: str) -> Authenticator:
    """Saves the passkey of a user who is saved by now, in the caller's transaction, under the name that the person
    gave it. Writes no event.

    Raises PasskeyError where the person has this very passkey already; ValueError where it is somebody else's.
    """
    if str(user.pk) != new["user"]:
        raise ValueError("the passkey was made for another user")
    if any(one.data["credential"]["rawId"] == new["credential"]["rawId"] for one in _of(user.pk)):
        raise PasskeyError(_KNOWN, user=user)
    kept: Authenticator = Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": name[:LONGEST_NAME],
            "credential": new["credential"],  # as allauth keeps and reads it
            "transports": new["transports"],
            "count": new["count"],
            "alone": new["alone"],
        },
    )
    return kept


def begin_giving(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """Options for the browser to show a passkey: one of this user's, as a second factor; or, of a user not known yet,
    one that may log in alone.

    Raises PasskeyError where the user has none.
    """
    held = _of(user.pk) if user else []
    if user and not held:
        raise PasskeyError(_UNKNOWN, user=user)
    options, state = _server().authenticate_begin(
        credentials=_descriptors(held) or None,
        user_verification=UserVerificationRequirement.PREFERRED
        if user
        else UserVerificationRequirement.REQUIRED,
    )
    _remember(request, _BEING_GIVEN, {**state, "user": str(user.pk) if user else None})
    return dict(options)


def finish_giving(request: HttpRequest, response: str, user: User | None = None) -> Authenticator:
    """The passkey that was shown, and with it whose it is. `user` is the one that `begin_giving` was called with.

    A passkey that counts its uses has to count upwards: one that does not has been copied, and is refused. Raises
    PasskeyError.
    """
    state = _take(request, _BEING_GIVEN)
    answer = _read(response, otherwise=_NOT_GIVEN)
    if state["user"] != (str(user.pk) if user else None):
        raise PasskeyError(_TOO_LATE, user=user)
    given = _whatever_comes(lambda: AuthenticationResponse.from_dict(answer))
    owner = user or _owner(given)
    held = next((one for one in _of(owner.pk) if _credential(one).credential_id == given.raw_id), None)
    if held is None or not (user or held.data["alone"]):
        raise PasskeyError(_UNKNOWN, user=owner)

    def check() -> None:
        _refuse_another_place(given.response.client_data)
        _server().authenticate_complete(state, [_credential(held)], given)

    try:
        _whatever_comes(check)
    except PasskeyError as error:
        raise PasskeyError(error.sentence, error.what, owner) from error
    _count(held, given.response.authenticator_data.counter, owner)
    held.user = owner
    return held


@transaction.atomic
def _count(held: Authenticator, count: int, owner: User) -> None:
    """Writes down how often the passkey was used, as it says. Those that do not count say 0 each time."""
    now = Authenticator.objects.select_for_update().filter(pk=held.pk).first()
    if now is None:
        raise PasskeyError(_UNKNOWN, user=owner)
    if (count or now.data["count"]) and count <= now.data["count"]:
        raise PasskeyError(_COPIED, "passkey that seems to be copied", owner)
    if count != now.data["count"]:
        now.data["count"] = held.data["count"] = count
        now.save(update_fields=["data"])


def _server() -> Fido2Server:
    """Of the host in BASE_URL, as a passkey belongs to one: never of the Host header, which the client writes."""
    host = urlsplit(settings.BASE_URL).hostname
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=host, name=SERVICE_NAME), verify_origin=lambda origin: True
    )
    server.timeout = int(LIVES.total_seconds() * 1000)  # type: ignore[assignment]  # it knows None only
    return server


def _refuse_another_place(client_data: Any) -> None:
    """Only our own pages count: no neighbour's on the same host, and none that shows ours in a frame."""
    if client_data.origin != _origin() or client_data.cross_origin:
        raise PasskeyError(str(_ELSEWHERE).format(address=_origin()), "passkey for another address")


def _origin() -> str:
    """Of BASE_URL, as browsers write it: without the port that goes without saying."""
    at = urlsplit(settings.BASE_URL)
    port = at.port if at.port not in (None, {"http": 80, "https": 443}.get(at.scheme)) else None
    return f"{at.scheme}://{at.hostname}" + (f":{port}" if port else "")


def _remember(request: HttpRequest, key: str, state: dict[str, Any]) -> None:
    request.session[key] = {**state, "until": time.time() + LIVES.total_seconds()}


def _take(request: HttpRequest, key: str) -> dict[str, Any]:
    """What was remembered, for one answer only: also where two come at the same moment."""
    state: dict[str, Any] | None = request.session.pop(key, None)
    if state is None or state["until"] < time.time() or not _first_answer_to(state["challenge"]):
        raise PasskeyError(_TOO_LATE, "passkey too late")
    return state


def _first_answer_to(challenge: str) -> bool:
    digest = salted_hmac("used challenge", challenge, algorithm="sha256").hexdigest()
    return bool(cache.add(f"used-challenge:{digest}", "used", timeout=LIVES.total_seconds()))


def _read(response: str, *, otherwise: Promise) -> dict[str, Any]:
    """What the script sent: a passkey, or what the browser says went wrong."""
    if len(response) > _LONGEST_ANSWER:
        raise PasskeyError(_NOT_RIGHT)
    try:
        answer = json.loads(response) if response else {"problem": ""}
    except (ValueError, RecursionError):
        raise PasskeyError(_NOT_RIGHT) from None
    if not isinstance(answer, dict):
        raise PasskeyError(_NOT_RIGHT)
    if "problem" in answer:
        known = {_NOT_HERE: str(_ELSEWHERE).format(address=_origin()), _MADE_BEFORE: str(_KNOWN)}
        raise PasskeyError(known.get(str(answer["problem"]), otherwise), what="")
    return answer


def _whatever_comes(check: Callable[[], Parsed]) -> Parsed:
    """What `check` makes of bytes that anybody may have sent. It speaks to no database."""
    try:
        return check()
    except PasskeyError:
        raise
    except Exception as error:  # of JSON, CBOR, keys and signatures, each library has its own
        raise PasskeyError(_NOT_RIGHT) from error


def _owner(given: Any) -> User:
    """Whose passkey it says it is. Whoever may not log in is told the same as somebody who is not known."""
    handle = given.response.user_handle
    user = User.objects.filter(pk=UUID(bytes=handle)).first() if handle and len(handle) == 16 else None
    if user is None or not PortalBackend().user_can_authenticate(user):
        raise PasskeyError(_UNKNOWN, user=user)
    return user


def _of(user_id: UUID) -> list[Authenticator]:
    return list(
        Authenticator.objects.filter(user=user_id, type=Authenticator.Type.WEBAUTHN).order_by("created_at")
    )


def _credential(held: Authenticator) -> AttestedCredentialData:
    data: AttestedCredentialData = held.wrap().authenticator_data.credential_data
    return data


def _descriptors(held: list[Authenticator]) -> list[PublicKeyCredentialDescriptor]:
    return [to_descriptor(_credential(one), one.data["transports"] or None) for one in held]


def _to_keep(made: RegistrationResponse) -> dict[str, Any]:
    """Without what the maker of the device says about it, which nobody here looks at."""
    data = made.response.attestation_object.auth_data
    attestation = AttestationObject.create("none", data, {})
    assert data.credential_data is not None
    plain = RegistrationResponse(
        raw_id=data.credential_data.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data=made.response.client_data, attestation_object=attestation
        ),
    )
    kept: dict[str, Any] = json.loads(json.dumps(dict(plain)))
    return kept
