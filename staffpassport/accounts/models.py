"""People who log in, and what they are in which trust."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.limit_models import Tries
from staffpassport.accounts.recovery_models import Recovery
from staffpassport.accounts.reset_models import SecondFactorReset
from staffpassport.accounts.session_models import KnownDevice, UserSession
from staffpassport.accounts.text_models import TextFactor
from staffpassport.organisations.access import Permission, Role, may
from staffpassport.organisations.models import OrganisationOwned
from staffpassport.roster.values import email_key

# Tables in files of their own, which Django finds by this one.
__all__ = [
    "KnownDevice",
    "Membership",
    "Recovery",
    "SecondFactorReset",
    "TextFactor",
    "Tries",
    "User",
    "UserSession",
]


def normalised(password: str) -> str:
    """A password as it is hashed: in Unicode's form NFC, as NIST SP 800-63B-4 has it, so that é is the same from every
    keyboard. Django hashes the bytes as they come.
    """
    return unicodedata.normalize("NFC", password)


class UserManager(BaseUserManager["User"]):
    """Finds and makes users by their address."""

    def create_user(self, *, email: str, name: str, practice: bool = False) -> User:
        """A user without a password: they choose one by a link."""
        user = self.model(email=email_key(email), name=name, practice=practice)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One natural person, whatever trusts they work for. The address is kept as its key, so it is unique.

    `email` and `phone` (E.164) are where codes and links go, whatever a trust's record says: a staff member has proved
    both. `phone` is None where no number was proved, as where no texts are sent; portal users have a TextFactor.

    `link_number` goes up with each link to choose a password that is asked for, which ends the ones before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    phone = models.CharField(max_length=16, null=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    practice = models.BooleanField(default=False)  # a made-up person whose password everybody knows
    link_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password and normalised(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and normalised(raw_password))


class Membership(OrganisationOwned):
    """What a user is in one organisation's portal. Trusts do not learn of each other by it: also the name is the one
    that this trust has given, and `last_seen_at` (None: never) tells of its portal alone.

    `ended_at` says since when it is disabled, `role_since` since when the person has had this role here
    without a break: by then the others have had time to notice. A session that entered under another `entry_number`
    is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30, choices=Role.choices())
    role_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    entry_number = models.PositiveIntegerField(default=0)

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="one_membership_in_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}: {self.role}"

    def may(self, permission: Permission) -> bool:
        """Whether this membership's role allows it."""
        return may(Role(self.role), permission)
