"""The branch keys of the field encryption, wrapped by KMS and stored once."""

from base64 import b64decode, b64encode
from typing import Final

from pynamodb.attributes import JSONAttribute
from pynamodb.exceptions import PutError

from nbcredit.adapters.crypto import BRANCHES, KeyService, branch_context
from nbcredit.adapters.dynamodb.tables import WorkModel

_PLACE: Final = ("KEYRING", "1")


class KeyringItem(WorkModel):
    """All wrapped branch keys in one item, in base 64: some 17 KB, read once an environment."""

    branches = JSONAttribute()


class DynamoKeyring:
    """The branch keys; the first to need them makes them, and nobody ever replaces them."""

    def __init__(self, keys: KeyService) -> None:
        self._keys = keys
        self._wrapped: list[bytes] = []

    def wrapped(self, branch: int) -> bytes:
        if not self._wrapped:
            self._wrapped = self._stored() or self._made()
        return self._wrapped[branch]

    def _stored(self) -> list[bytes]:
        try:
            item = KeyringItem.get(*_PLACE, consistent_read=True)
        except KeyringItem.DoesNotExist:
            return []
        return [b64decode(each) for each in item.branches]

    def _made(self) -> list[bytes]:
        wrapped = [self._keys.wrap_new_key(branch_context(n)) for n in range(BRANCHES)]
        item = KeyringItem(*_PLACE, branches=[b64encode(each).decode() for each in wrapped])
        try:
            item.save(condition=KeyringItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return self._stored()
        return wrapped
