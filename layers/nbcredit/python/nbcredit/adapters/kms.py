"""KMS and Secrets Manager: the keys that never leave, and the secret behind keyed hashes."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from nbcredit.domain.errors import Unavailable


class KeysUnavailable(Unavailable):
    """KMS or Secrets Manager refuses: nothing is stored without its encryption (F25)."""

    code = "keys-unavailable"

    def __init__(self) -> None:
        super().__init__("密钥服务不可用，没有写入任何数据：请运维人员检查密钥状态和权限。")


class Kms:
    """Branch keys under the field key."""

    def __init__(self, client: Any, *, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def wrap_new_key(self, context: Mapping[str, str]) -> bytes:
        try:
            answer = self._client.generate_data_key_without_plaintext(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            )
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        try:
            answer = self._client.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=dict(context)
            )
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable from error
        return bytes(answer["Plaintext"])


def secret_of(client: Any, secret_id: str) -> bytes:
    """Return the secret behind the keyed hashes; it stays the same as long as its keys are used."""
    try:
        answer = client.get_secret_value(SecretId=secret_id)
    except (BotoCoreError, ClientError) as error:
        raise KeysUnavailable from error
    return str(answer["SecretString"]).encode()
