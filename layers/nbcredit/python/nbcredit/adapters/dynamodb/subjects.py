"""The two subject databases: profiles, digests, names and records (A3.1)."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pynamodb.connection import Connection

from nbcredit.adapters.crypto import FieldCipher, KeyedHashes
from nbcredit.adapters.dynamodb.ledger import Unmet, insist
from nbcredit.adapters.dynamodb.records import (
    as_history,
    head_item,
    head_key,
    head_of,
    history_prefix,
    record_from,
    record_of,
)
from nbcredit.adapters.dynamodb.subject_places import only_if, table_of
from nbcredit.adapters.dynamodb.tables import (
    TRANSACTION_LIMIT,
    LegalPersonsModel,
    NaturalPersonsModel,
    RawItem,
    batch_get,
    batch_put,
    chunked,
)
from nbcredit.domain.names import matching_form
from nbcredit.domain.records import Record, RecordId, Version
from nbcredit.domain.subjects import (
    StaleSubject,
    Subject,
    SubjectKey,
    SubjectKind,
    SubjectState,
)
from nbcredit.domain.verification import NAME, STATUS, comparable
from nbcredit.usecases.plans import Put, StoredHead

PROFILE: Final = "PROFILE"
DIGEST: Final = "DIGEST"
_SALT_BYTES: Final = 16
# Says that a name is known, so that names can be asked for by the hundred.
KNOWN: Final = "KNOWN"
# A profile, its digest, its name and that the name is known belong together.
_ITEMS_A_SUBJECT: Final = 4
_CREATE_ATTEMPTS: Final = 5


class DynamoSubjects:
    """Subjects and their records, personal fields sealed."""

    def __init__(self, connection: Connection, *, cipher: FieldCipher, hashes: KeyedHashes) -> None:
        self._connection = connection
        self._cipher = cipher
        self._hashes = hashes

    def new_salt(self) -> bytes:
        return secrets.token_bytes(_SALT_BYTES)

    def read(
        self, records: Collection[RecordId], subjects: Collection[SubjectKey]
    ) -> tuple[dict[RecordId, StoredHead], dict[SubjectKey, Subject]]:
        keys = [head_key(record) for record in records]
        keys += [(subject.text, PROFILE) for subject in subjects]
        heads: dict[RecordId, StoredHead] = {}
        profiles: dict[SubjectKey, Subject] = {}
        for item in self._get(keys):
            if item["sk"]["S"] == PROFILE:
                subject = self._subject(item)
                profiles[subject.key] = subject
            else:
                heads[record_of(item)] = StoredHead(head_of(item), item)
        return heads, profiles

    def named(self, names: Collection[str]) -> dict[str, tuple[Subject, ...]]:
        places = {name: self._name_key(name) for name in names}
        asked = [(place, KNOWN) for place in sorted(set(places.values()))]
        found = {item["pk"]["S"]: self._bearers(item["pk"]["S"]) for item in self._get(asked)}
        profiles = self.read([], {key for keys in found.values() for key in keys})[1]
        return {
            name: tuple(profiles[key] for key in found[place])
            for name, place in places.items()
            if place in found
        }

    def _bearers(self, place: str) -> tuple[SubjectKey, ...]:
        items = self._query(LegalPersonsModel.Meta.table_name, place, "LP#")
        return tuple(SubjectKey(item["sk"]["S"]) for item in items)

    def create(self, subjects: Sequence[Subject]) -> dict[SubjectKey, Subject]:
        found: dict[SubjectKey, Subject] = {}
        for some in chunked(subjects, TRANSACTION_LIMIT // _ITEMS_A_SUBJECT):
            missing = some
            for _ in range(_CREATE_ATTEMPTS):
                try:
                    self._write([(subject, None) for subject in missing])
                except Unmet:
                    taken = self.read([], [subject.key for subject in missing])[1]
                    found.update(taken)
                    missing = [subject for subject in missing if subject.key not in taken]
                else:
                    found.update({subject.key: subject for subject in missing})
                    missing = []
                if not missing:
                    break
            else:
                raise StaleSubject(missing[0].key)
        return found

    def update(self, before: Sequence[Subject], after: Sequence[Subject]) -> None:
        pairs = list(zip(after, before, strict=True))
        for some in chunked(pairs, TRANSACTION_LIMIT // _ITEMS_A_SUBJECT):
            try:
                self._write(some)
            except Unmet as error:
                raise StaleSubject(some[0][0].key) from error

    def head_put(self, record: Record, subject: Subject, personal: frozenset[str]) -> Put:
        return head_item(record, subject, personal, self._cipher)

    def history_put(self, record: Record, subject: Subject, personal: frozenset[str]) -> Put:
        return as_history(self.head_put(record, subject, personal))

    def replaced_put(self, item: Put) -> Put:
        return as_history(item)

    def replaced_among(self, puts: Sequence[Put]) -> Mapping[RecordId, Sequence[Put]]:
        found: dict[RecordId, list[Put]] = {}
        for put in puts:
            record = record_of(put)
            if put["sk"]["S"].startswith(history_prefix(record)):
                found.setdefault(record, []).append(put)
        return found

    def heads_among(self, puts: Sequence[Put]) -> Mapping[RecordId, Put]:
        return {
            record_of(put): put
            for put in puts
            if not put["sk"]["S"].startswith(history_prefix(record_of(put)))
        }

    def place_of(self, put: Put) -> tuple[str, str]:
        return put["pk"]["S"], put["sk"]["S"]

    def version_of(self, put: Put) -> Version:
        return head_of(put).version

    def apply(self, puts: Sequence[Put]) -> None:
        for table in (LegalPersonsModel, NaturalPersonsModel):
            name = table.Meta.table_name
            batch_put(
                self._connection, name, (put for put in puts if table_of(put["pk"]["S"]) == name)
            )

    def subject(self, key: SubjectKey) -> tuple[Subject, list[Record]] | None:
        model = LegalPersonsModel if key.kind is SubjectKind.LEGAL_PERSON else NaturalPersonsModel
        profile = self.read([], [key])[1].get(key)
        if profile is None:
            return None
        records = [
            record_from(item, salt=profile.salt, cipher=self._cipher)
            for item in self._query(model.Meta.table_name, key.text, "REC#")
        ]
        return profile, records

    def digests(self, key: SubjectKey) -> dict[str, str] | None:
        """Return the digests of a subject, one consistent read; `None` where it is not known."""
        for item in self._get([(key.text, DIGEST)]):
            return {field: each["S"] for field, each in item["digests"]["M"].items()}
        return None

    def versions(self, record: RecordId) -> list[Record]:
        heads, profiles = self.read([record], [record.subject])
        if record not in heads:
            return []
        salt = profiles[record.subject].salt
        history = self._query(
            table_of(record.subject.text), record.subject.text, history_prefix(record)
        )
        items = [heads[record].item, *history]
        found = [record_from(item, salt=salt, cipher=self._cipher) for item in items]
        return [found[0], *sorted(found[1:], key=lambda each: each.version, reverse=True)]

    def _get(self, keys: Sequence[tuple[str, str]]) -> Iterator[RawItem]:
        for table in (LegalPersonsModel, NaturalPersonsModel):
            name = table.Meta.table_name
            yield from batch_get(
                self._connection, name, (key for key in keys if table_of(key[0]) == name)
            )

    def _query(self, table: str, pk: str, prefix: str) -> Iterator[RawItem]:
        request: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":sk": {"S": prefix}},
            "ConsistentRead": True,
        }
        while True:
            answer = self._connection.dispatch("Query", request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _write(self, subjects: Sequence[tuple[Subject, Subject | None]]) -> None:
        """Write profiles, digests and names, if every profile is as it was (`None`: missing)."""
        puts: list[dict[str, Any]] = []
        # Two subjects of one name know it once: a transaction writes no item twice.
        names: dict[tuple[str, str], str] = {}
        for subject, old in subjects:
            table, unchanged = table_of(subject.key.text), only_if(old.revision if old else None)
            puts.append({"TableName": table, "Item": self._profile(subject), **unchanged})
            puts.append({"TableName": table, "Item": self._digest(subject)})
            # A row brings one name at most; an older row brings a former one.
            fresh = sorted(_names(subject) - (_names(old) if old else set()))
            for name in fresh:
                place = self._name_key(name)
                names[place, subject.key.text] = table
                names[place, KNOWN] = table
        puts += [
            {"TableName": table, "Item": {"pk": {"S": place}, "sk": {"S": sk}}}
            for (place, sk), table in names.items()
        ]
        insist(
            lambda: self._connection.transact_write_items(
                condition_check_items=[], delete_items=[], put_items=puts, update_items=[]
            )
        )

    def _profile(self, subject: Subject) -> RawItem:
        item: dict[str, Mapping[str, Any]] = {
            "pk": {"S": subject.key.text},
            "sk": {"S": PROFILE},
            "state": {"S": subject.state.value},
            "salt": {"B": subject.salt},
            "revision": {"N": str(subject.revision)},
            "status": {"S": subject.status},
            "named_by": {"S": subject.named_by},
        }
        if subject.key.kind is SubjectKind.LEGAL_PERSON:
            item["name"] = {"S": subject.name}
            item["former_names"] = {"L": [{"S": name} for name in subject.former_names]}
            item["cancelled_on"] = {"S": subject.cancelled_on}
            item["successors"] = {"L": [{"S": code} for code in subject.successors]}
        elif subject.name:
            item["sealed"] = {
                "B": self._cipher.seal(
                    {"name": subject.name}, subject=subject.key, salt=subject.salt, place=PROFILE
                )
            }
        return item

    def _digest(self, subject: Subject) -> RawItem:
        # What others call an organisation before it is registered proves nothing of it.
        provisional = subject.state is SubjectState.PROVISIONAL
        told = {} if provisional else {NAME: subject.name, STATUS: subject.status}
        return {
            "pk": {"S": subject.key.text},
            "sk": {"S": DIGEST},
            "digests": {
                "M": {
                    field: {"S": self._hashes.digest(subject.key, field, comparable(field, value))}
                    for field, value in told.items()
                    if value
                }
            },
        }

    def _name_key(self, name: str) -> str:
        return f"NAME#{self._hashes.name_key(matching_form(name))}"

    def _subject(self, item: RawItem) -> Subject:
        key, salt = SubjectKey(item["pk"]["S"]), bytes(item["salt"]["B"])
        name = item.get("name", {}).get("S", "")
        if "sealed" in item:
            opened = self._cipher.open(item["sealed"]["B"], subject=key, salt=salt, place=PROFILE)
            name = opened["name"]
        return Subject(
            key=key,
            state=SubjectState(item["state"]["S"]),
            salt=salt,
            revision=int(item["revision"]["N"]),
            name=name,
            former_names=tuple(each["S"] for each in item.get("former_names", {}).get("L", [])),
            status=item.get("status", {}).get("S", ""),
            named_by=item.get("named_by", {}).get("S", ""),
            cancelled_on=item.get("cancelled_on", {}).get("S", ""),
            successors=tuple(each["S"] for each in item.get("successors", {}).get("L", [])),
        )


def _names(subject: Subject) -> set[str]:
    """Return the names that a registered subject is found by; a person is not found by name."""
    if subject.awaits_registration:
        return set()
    return {subject.name, *subject.former_names} - {""}
