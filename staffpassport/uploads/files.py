"""The bytes of an upload while it waits: encrypted, because an export holds more about people than we need."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

from staffpassport.uploads.models import Upload, UploadFile

_NONCE_BYTES = 12


class FileGoneError(Exception):
    """The bytes have been deleted, or none of UPLOAD_KEYS opens them."""


def sealed(content: bytes, upload: UUID) -> bytes:
    """The bytes as they may stand in the database: AES-256-GCM by the newest key, bound to their upload."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(settings.UPLOAD_KEYS[0]).encrypt(nonce, content, upload.bytes)


def content_of(upload: Upload) -> bytes:
    """The bytes as they came. Raises FileGoneError."""
    kept = UploadFile.objects.of(upload.organisation).filter(upload_id=upload.pk).first()
    if kept is None:
        raise FileGoneError("deleted")
    raw = bytes(kept.content)
    for key in settings.UPLOAD_KEYS:
        try:
            return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], upload.pk.bytes)
        except InvalidTag:
            continue
    raise FileGoneError("no key of UPLOAD_KEYS opens it")


def forget(upload: Upload) -> None:
    """Deletes the bytes."""
    UploadFile.objects.of(upload.organisation).filter(upload_id=upload.pk).delete()


def _cipher(key: str) -> AESGCM:
    return AESGCM(salted_hmac("uploaded files", "", secret=key, algorithm="sha256").digest())
