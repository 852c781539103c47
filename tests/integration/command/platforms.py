"""A platform that answers from memory, for the commands' tests."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from moto import mock_aws
from typer.testing import CliRunner, Result

from nbcredit.command.connection import Connection
from nbcredit.command.desk import Desk, Platform
from nbcredit.command.main import app
from tests.integration.command.posting import PostOffice, a_post_office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

ITEM: dict[str, Any] = {
    "code": "administrative-penalty",
    "name": "行政处罚",
    "providers": ["scjg", "zfj"],
    "headers": {
        "party_name": ["行政相对人名称", "CF_XDR_MC"],
        "decision_number": ["行政处罚决定书文号", "CF_WSH"],
    },
    "required": ["party_name", "decision_number"],
    "disclosure": "public",
    "sharing": "unconditional",
}
REGISTRY: dict[str, Any] = {
    **ITEM,
    "code": "legal-registration",
    "name": "法人登记",
    "providers": ["scjg"],
    "headers": {"credit_code": ["统一社会信用代码"], "name": ["企业名称"]},
    "required": ["credit_code", "name"],
}
CATALOGUE: dict[str, Any] = {
    "version": "2026-1",
    "effective_from": "2026-01-01",
    "items": [ITEM, REGISTRY],
}
SUBMISSION: dict[str, Any] = {
    "submission": "ABC",
    "provider": "scjg",
    "item": "administrative-penalty",
    "item_name": "行政处罚",
    "period": "2026-10",
    "file_name": "处罚.csv",
    "sha256": "0" * 64,
    "size": 10,
    "format": "csv",
    "encoding": "utf-8",
    "catalogue": "2026-1",
    "state": "settled",
    "state_text": "完成",
    "reported_at": NOW.isoformat(),
    "settled_at": NOW.isoformat(),
    "rows": 3,
    "outcomes": {"new": 2, "updated": 1},
    "balanced": True,
    "chunks": 1,
    "chunks_done": 1,
    "issues": 0,
    "changes": [],
    "reason": "",
}
ISSUES: dict[str, Any] = {
    "total": 0,
    "by_code": {},
    "issues": [],
    "download": None,
    "changes_download": None,
}

Answer = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]


def a_problem(code: str, detail: str, *faults: str) -> dict[str, Any]:
    return {
        "ok": False,
        "type": "about:blank",
        "title": "refused",
        "status": 404,
        "detail": detail,
        "code": code,
        "faults": list(faults),
    }


@dataclass
class FakeAnswers:
    """Stands in for the function that answers calls; remembers what it was asked."""

    answers: Mapping[str, Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, body: bytes) -> bytes:
        call = json.loads(body)
        self.asked.append(call)
        answer = self.answers[call["call"]]
        told = answer(call) if callable(answer) else answer
        if told.get("ok") is not False:
            told = {"ok": True, "answer": told}
        return json.dumps(told).encode()


class FakeTime:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Stage:
    """A bucket, queues and answers, and the command line in front of them."""

    answers: FakeAnswers
    connection: Connection
    office: PostOffice

    @property
    def posted(self) -> Mapping[str, bytes]:
        return self.office.posted

    def run(self, *args: str, typed: str | None = None) -> Result:
        time = FakeTime()
        desk = Desk(
            connect=lambda: Platform(self.connection, self.answers), now=time.now, sleep=time.sleep
        )
        return CliRunner().invoke(app, list(args), input=typed, obj=desk)


@contextmanager
def a_stage(**answers: Answer) -> Iterator[Stage]:
    """Set up the stage; answers are named by their calls, with underscores."""
    with mock_aws(), a_post_office() as office:
        sqs = boto3.client("sqs", region_name="us-east-1")
        outputs: dict[str, str] = {}
        for name in ("Incoming", "Chunk", "Backfill", "Settle", "Relay", "Sweep"):
            for kind in ("Queue", "DeadLetters"):
                url = sqs.create_queue(QueueName=f"{name}{kind}")["QueueUrl"]
                outputs[f"{name}{kind}Url"] = url
        given: dict[str, Answer] = {
            "show-catalogue": CATALOGUE,
            "show-submission": SUBMISSION,
            "list-issues": ISSUES,
            "prepare-upload": office.form,
        }
        given |= {name.replace("_", "-"): answer for name, answer in answers.items()}
        connection = Connection(
            outputs=outputs,
            region="us-east-1",
            default_providers={"administrative-penalty": "zfj"},
        )
        yield Stage(FakeAnswers(given), connection, office)
