"""The subject stores with their keys: apart, because few functions have a business with them."""

from nbcredit.adapters.crypto import FieldCipher, KeyedHashes
from nbcredit.adapters.dynamodb.keyring import DynamoKeyring
from nbcredit.adapters.dynamodb.subjects import DynamoSubjects
from nbcredit.adapters.kms import Kms, secret_of
from nbcredit.runtime.settings import SubjectSettings
from nbcredit.runtime.wiring import Parts, client


def keyed_hashes(told: SubjectSettings) -> KeyedHashes:
    return KeyedHashes(secret_of(client("secretsmanager"), told.subject_secret_id))


def subject_store(parts: Parts, *, hashes: KeyedHashes, field_key_id: str) -> DynamoSubjects:
    cipher = field_cipher(field_key_id)
    return DynamoSubjects(parts.connection, cipher=cipher, hashes=hashes)


def field_cipher(field_key_id: str) -> FieldCipher:
    keys = Kms(client("kms"), key_id=field_key_id)
    return FieldCipher(DynamoKeyring(keys), keys)
