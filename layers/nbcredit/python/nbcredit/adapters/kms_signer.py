"""Signing with a key that cannot leave KMS."""

import base64
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from nbcredit.adapters.kms import KeysUnavailable
from nbcredit.adapters.signatures import fingerprint_of, pem_of
from nbcredit.domain.checkpoints import Signed, statement_of


class KmsSigner:
    """ECDSA over P-256: what is signed is a statement of the text's SHA-256."""

    def __init__(self, client: Any, *, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    @cached_property
    def _public_key(self) -> str:
        try:
            answer = self._client.get_public_key(KeyId=self._key_id)
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return pem_of(bytes(answer["PublicKey"]))

    def public_key(self) -> str:
        return self._public_key

    def sign(self, content: str) -> Signed:
        try:
            answer = self._client.sign(
                KeyId=self._key_id,
                Message=statement_of(content).encode(),
                MessageType="RAW",
                SigningAlgorithm="ECDSA_SHA_256",
            )
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return Signed(
            content=content,
            signature=base64.b64encode(answer["Signature"]).decode(),
            key=fingerprint_of(self._public_key),
        )
