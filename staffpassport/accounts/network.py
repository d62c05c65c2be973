"""Who is asking, and from where: for limits and for events."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from staffpassport.accounts.models import Membership, User
from staffpassport.audit.record import Actor

A_STAFF_MEMBER = "A staff member"


def network_address(request: HttpRequest) -> str:
    """The client's address; a forwarded one counts only where TRUSTED_PROXIES says so."""
    return str(get_adapter().get_client_ip(request))


def actor(request: HttpRequest) -> Actor:
    """The logged-in person of a request, as events name them: by the name that the trust of the request knows."""
    user = request.user
    assert isinstance(user, User)
    return person(user, request, getattr(request, "membership", None))


def person(user: User, request: HttpRequest, membership: Membership | None = None) -> Actor:
    """Somebody who is about to be logged in, or just was, at the other end of a request; by the name that a trust has
    given, where it is a deed in that trust's portal.
    """
    if membership:
        return Actor.person(user.id, membership.name, network_address(request))
    return by_themselves(user, network_address(request))


def by_themselves(user: User, network_address: str | None) -> Actor:
    """Somebody in no trust's portal. Events outlive a staff member's account and hold no name of theirs: only whoever
    has, or had, a role in some portal is named.
    """
    is_known = Membership.everywhere.filter(user=user).exists()
    return Actor.person(user.id, user.name if is_known else A_STAFF_MEMBER, network_address)


def network_of(request: HttpRequest) -> str:
    """The network that a client's address stands for: one of IPv6 has a whole one to itself."""
    address = ip_address(network_address(request))
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)
