"""Off-catalogue information in the work table, all in one small partition, by provider."""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.off_catalogue import (
    Information,
    Named,
    StaleInformation,
    UnknownInformation,
)
from nbcredit.domain.subjects import SubjectKey, SubjectKind

if TYPE_CHECKING:
    from nbcredit.adapters.crypto import FieldCipher

_PARTITION: Final = "OFFCATALOGUE"
_SALT_BYTES: Final = 16
_INFORMATION: Final = TypeAdapter(Information)


class InformationItem(WorkModel):
    """One piece; the subjects stand apart from the body, a person's name and number sealed."""

    revision = NumberAttribute()
    body = UnicodeAttribute()
    salt = UnicodeAttribute()
    subjects = JSONAttribute()

    def information(self) -> Information:
        return _INFORMATION.validate_json(self.body)


class DynamoInformation:
    """Off-catalogue information without its subjects."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def get(self, information_id: str) -> Information:
        return self._item(information_id).information()

    def change(self, information: Information, *, act: Act, event: Event | None = None) -> None:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.update(
                    InformationItem(_PARTITION, information.id),
                    actions=[
                        InformationItem.body.set(_INFORMATION.dump_json(information).decode()),
                        InformationItem.revision.set(information.revision),
                    ],
                    condition=InformationItem.revision == information.revision - 1,
                )
        except Unmet as error:
            raise StaleInformation(information.id) from error

    def all(self, provider: str = "") -> Sequence[Information]:
        mine = InformationItem.sk.startswith(f"{provider}.") if provider else None
        found = InformationItem.query(_PARTITION, mine, consistent_read=True)
        return [item.information() for item in found]

    def _item(self, information_id: str) -> InformationItem:
        try:
            return InformationItem.get(_PARTITION, information_id, consistent_read=True)
        except InformationItem.DoesNotExist as error:
            raise UnknownInformation(information_id) from error


class DynamoOffCatalogue(DynamoInformation):
    """The same with its subjects: only with the salt of a piece can its persons be opened."""

    def __init__(self, ledger: Ledger, cipher: "FieldCipher") -> None:
        super().__init__(ledger)
        self._cipher = cipher

    def keep(self, information: Information, subjects: Sequence[Named], *, act: Act) -> bool:
        salt = secrets.token_bytes(_SALT_BYTES)
        item = InformationItem(
            _PARTITION,
            information.id,
            revision=information.revision,
            body=_INFORMATION.dump_json(information).decode(),
            salt=b64encode(salt).decode(),
            subjects=[self._told(each, salt=salt, place=information.id) for each in subjects],
        )
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(item, condition=InformationItem.pk.does_not_exist())
        except Unmet:
            return False
        return True

    def named(self, information_id: str) -> Sequence[Named]:
        item = self._item(information_id)
        salt = b64decode(item.salt)
        return [self._opened(each, salt=salt, place=item.sk) for each in item.subjects]

    def _told(self, named: Named, *, salt: bytes, place: str) -> dict[str, str]:
        values = {"type": named.document_type, "number": named.number, "name": named.name}
        if named.key.kind is SubjectKind.LEGAL_PERSON:
            return {"key": named.key.text, "named": json.dumps(values, ensure_ascii=False)}
        sealed = self._cipher.seal(values, subject=named.key, salt=salt, place=_bound(place))
        return {"key": named.key.text, "sealed": b64encode(sealed).decode()}

    def _opened(self, told: Mapping[str, str], *, salt: bytes, place: str) -> Named:
        key = SubjectKey(told["key"])
        if "sealed" in told:
            sealed = b64decode(told["sealed"])
            values = self._cipher.open(sealed, subject=key, salt=salt, place=_bound(place))
        else:
            values = json.loads(told["named"])
        return Named(
            key=key,
            document_type=values["type"],
            number=values["number"],
            name=values["name"],
        )


def _bound(place: str) -> str:
    return f"{_PARTITION}#{place}"
