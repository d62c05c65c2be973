"""A security key in software, which answers as a browser with a device would: right, or wrong in one way."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from uuid_utils.compat import uuid7

# The portal's own address in tests/settings.py.
ORIGIN = "http://localhost:8000"
_FLAGS = AuthenticatorData.FLAG


class SecurityKey:
    """One device with one passkey. `count` goes up with each use, unless it is 0, as with passkeys that are synced."""

    def __init__(self, *, origin: str = ORIGIN, verifies: bool = True, count: int = 1) -> None:
        self.origin = origin
        self.verifies = verifies
        self.count = count
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = uuid7().bytes
        self.user: bytes | None = None

    def make(self, options: dict[str, Any], **wrong: Any) -> str:
        """What the page's script sends after it has made a passkey."""
        asked = options["publicKey"]
        self.user = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = self._data(asked["rp"]["id"], AttestedCredentialData.create(b"\0" * 16, self.id, public))
        attested = AttestationObject.create("none", data, {})
        said = self._client_data(CollectedClientData.TYPE.CREATE, asked, wrong)
        return self._answer({"clientDataJSON": said.b64, "attestationObject": websafe_encode(attested)})

    def give(self, options: dict[str, Any], **wrong: Any) -> str:
        """What the page's script sends after the passkey was shown."""
        asked = options["publicKey"]
        self.count += bool(self.count)
        data = self._data(asked["rpId"])
        said = self._client_data(CollectedClientData.TYPE.GET, asked, wrong)
        signature = self.key.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        handle = wrong.get("user", self.user or b"")
        return self._answer(
            {
                "clientDataJSON": said.b64,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(handle.bytes if isinstance(handle, UUID) else handle),
            }
        )

    def _data(self, host: str, made: AttestedCredentialData | None = None) -> AuthenticatorData:
        flags = _FLAGS.UP | (_FLAGS.UV if self.verifies else _FLAGS(0)) | (_FLAGS.AT if made else _FLAGS(0))
        host_hash = sha256(host.encode()).digest()
        data: AuthenticatorData = AuthenticatorData.create(host_hash, flags, self.count, made or b"")
        return data

    def _client_data(self, kind: str, asked: dict[str, Any], wrong: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(
            kind, wrong.get("challenge", asked["challenge"]), self.origin, wrong.get("framed", False)
        )

    def _answer(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
