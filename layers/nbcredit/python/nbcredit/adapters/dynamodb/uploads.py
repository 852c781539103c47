"""Forms that were given out, in the work table until they are long used."""

from datetime import timedelta
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from nbcredit.adapters.dynamodb.ledger import Ledger
from nbcredit.adapters.dynamodb.tables import WorkModel
from nbcredit.domain.audit import Act
from nbcredit.domain.uploads import PreparedUpload

_PREPARED: Final = TypeAdapter(PreparedUpload)
# The event of an upload waits for fourteen days at most, and as long again as dead letters.
_KEPT: Final = timedelta(days=60)


class FormItem(WorkModel):
    """A form that was given out; `version` is the object that came with it."""

    body = UnicodeAttribute()
    version = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()

    @classmethod
    def of(cls, upload: PreparedUpload) -> "FormItem":
        return cls(
            f"UPLOAD#{upload.id}",
            "FORM",
            body=_PREPARED.dump_json(upload).decode(),
            expires_at=int((upload.prepared_at + _KEPT).timestamp()),
        )


class DynamoForms:
    """Forms in the work table."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keep(self, upload: PreparedUpload, *, act: Act) -> None:
        with self._ledger.transaction(act) as tx:
            tx.save(FormItem.of(upload), condition=FormItem.pk.does_not_exist())

    def get(self, upload_id: str) -> PreparedUpload | None:
        try:
            item = FormItem.get(f"UPLOAD#{upload_id}", "FORM", consistent_read=True)
        except FormItem.DoesNotExist:
            return None
        return _PREPARED.validate_json(item.body)

    def arrive(self, upload_id: str, version: str) -> bool:
        try:
            FormItem(f"UPLOAD#{upload_id}", "FORM").update(
                actions=[FormItem.version.set(version)],
                condition=FormItem.version.does_not_exist() | (FormItem.version == version),
            )
        except UpdateError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise
        return True
