import hashlib
import io
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

import boto3
import pytest

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.post import Post
from infra.local.gateway import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from nbcredit.adapters.crypto import KeyedHashes
from nbcredit.adapters.dynamodb.records import head_key
from nbcredit.adapters.kms import secret_of
from nbcredit.cleaning.engine import open_file
from nbcredit.domain.rows import Outcome, Row
from nbcredit.domain.submissions import ENDED, State, submission_id
from nbcredit.samples.files import generate, write_csv
from nbcredit.usecases.plans import record_of
from nbcredit.wire.submissions import SubmissionView
from tests.integration.stage import shipped_item

# `make soak` asks for 200,000; for every day ten chunks at once are enough.
ROWS = int(os.environ.get("NBCREDIT_SOAK_ROWS", "10000"))
PATIENCE = 120 + ROWS / 200
ITEM = shipped_item("administrative-penalty")
PROVIDER = "scjg"

Key = tuple[str, str]


class Stored:
    """The stored heads, looked up by the keys that rows are filed under."""

    def __init__(self, local: LocalCloud) -> None:
        self._tables = local.stack.outputs
        self._client = local.gateway.dynamodb
        secrets = boto3.client(
            "secretsmanager",
            endpoint_url=local.gateway.endpoint_url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
        )
        self._hashes = KeyedHashes(secret_of(secrets, self._tables["SubjectSecret"]))

    def key_of(self, row: Row) -> Key:
        ref = ITEM.subject_of(row.values)
        assert ref is not None
        subject = self._hashes.subject_key(ref)
        return head_key(
            record_of(ITEM, row.values, subject, provider=PROVIDER, hashes=self._hashes)
        )

    def rows_at(self, keys: Iterable[Key]) -> Iterator[tuple[Key, int, str]]:
        """Yield the key, the row and the version of each record that is there."""
        for table, prefix in (("LegalPersonsTable", "LP#"), ("NaturalPersonsTable", "NP1#")):
            name = self._tables[table]
            waiting = iter([key for key in keys if key[0].startswith(prefix)])
            while some := list(islice(waiting, 100)):
                asked = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in some]
                answer = self._client.batch_get_item(RequestItems={name: {"Keys": asked}})
                for item in answer["Responses"][name]:
                    key = item["pk"]["S"], item["sk"]["S"]
                    yield key, int(item["row"]["N"]), item["version"]["S"]


def a_large_file(today: date) -> bytes:
    written = io.BytesIO()
    rows = generate(
        ITEM, rows=ROWS, seed=31, today=today, bad_share=0.01, repeat_share=0.01, blank_share=0.001
    )
    write_csv(rows, written, encoding="gb18030")
    return written.getvalue()


def settled(post: Post, submission: str) -> SubmissionView:
    deadline = time.monotonic() + PATIENCE
    while True:
        view = post.look(submission)
        if view is not None and State(view.state) in ENDED:
            return view
        assert time.monotonic() < deadline, view
        time.sleep(1)


class TestALargeFile:
    @pytest.mark.fault("F22")
    @pytest.mark.requirement("A5.3")
    @pytest.mark.timeout(2 * PATIENCE)
    def test_loses_no_row_and_doubles_none(
        self, local: LocalCloud, post: Post, today: date
    ) -> None:
        content = a_large_file(today)
        done = list(open_file([content], encoding="gb18030", item=ITEM, today=today))
        stored = Stored(local)
        expected = {stored.key_of(each.row): each.number for each in done if each.row is not None}
        sent = {"provider": PROVIDER, "item": ITEM.code, "period": str(post.period)}

        local.gateway.s3.put_object(
            Bucket=local.stack.outputs["FilesBucket"],
            Key=f"incoming/{PROVIDER}/{ITEM.code}/{post.period}/large.csv",
            Body=content,
        )
        submission = submission_id(**sent, sha256=hashlib.sha256(content).hexdigest())
        view = settled(post, submission)

        ends = Counter(each.outcome or Outcome.NEW for each in done)
        assert view.outcomes == {outcome.value: ends[outcome] for outcome in Outcome}
        found = list(stored.rows_at(expected))
        assert {key: row for key, row, _ in found} == expected
        assert all(version.endswith(f"|{submission}") for _, _, version in found)
