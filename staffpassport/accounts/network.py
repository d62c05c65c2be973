"""Who is asking, and from where: for limits and for events."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor


def network_address(request: HttpRequest) -> str:
    """The client's address; a forwarded one counts only where TRUSTED_PROXIES says so."""
    return str(get_adapter().get_client_ip(request))


def actor(request: HttpRequest) -> Actor:
    """The logged-in person of a request, as events name them: by the name that the trust of the request knows."""
    user = request.user
    assert isinstance(user, User)
    membership = getattr(request, "membership", None)
    return Actor.person(user.id, membership.name if membership else user.name, network_address(request))


def person(user: User, request: HttpRequest) -> Actor:
    """Somebody who is about to be logged in, or just was, at the other end of a request."""
    return Actor.person(user.id, user.name, network_address(request))


def network_of(request: HttpRequest) -> str:
    """The network that a client's address stands for: one of IPv6 has a whole one to itself."""
    address = ip_address(network_address(request))
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)
