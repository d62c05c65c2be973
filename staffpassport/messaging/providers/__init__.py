"""Providers: who delivers e-mails and texts. One is chosen by the setting MESSAGE_PROVIDER."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Channel

NONE = "none"

_registered: dict[str, type[Provider]] = {}


def register(provider: type[Provider]) -> None:
    """Makes a provider known by its name, in AppConfig.ready()."""
    _registered[provider.name] = provider


def chosen() -> type[Provider] | None:
    """The provider of this installation; None where none is set up.

    ImproperlyConfigured for an unknown name.
    """
    name = settings.MESSAGE_PROVIDER
    if name == NONE:
        return None
    if name not in _registered:
        raise ImproperlyConfigured(f"MESSAGE_PROVIDER is {name}, which this portal does not know.")
    return _registered[name]


def carried() -> frozenset[Channel]:
    """The channels by which this installation sends. All of them where nobody is set up yet, who may be any day."""
    provider = chosen()
    return frozenset(Channel) if provider is None else provider.channels


def are_texts_sent() -> bool:
    """Whether people get texts, for pages that say what they will get."""
    return Channel.TEXT in carried()
