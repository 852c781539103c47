"""Uploads files and follows them until the platform has ended with them."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.papers import Paper
from nbcredit.command.calls import CallRefused, Client, caller_of
from nbcredit.domain.periods import Period
from nbcredit.domain.submissions import ENDED, State, UnknownSubmission, submission_id
from nbcredit.wire.calls import Caller
from nbcredit.wire.submissions import (
    IssueList,
    ListIssues,
    ListSubmissions,
    ShowSubmission,
    SubmissionList,
    SubmissionView,
)

PURPOSE: Final = "演示"
_PATIENCE_SECONDS: Final = 90
_WAITING: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


_Told = TypeVar("_Told")


class StillOpen(Exception):
    """Submissions have not ended in time."""


@dataclass(frozen=True, slots=True)
class Post:
    """The way in, as a provider has it, and the view of the centre."""

    local: LocalCloud
    period: Period

    @property
    def caller(self) -> Caller:
        return caller_of(id="demo", organisation="centre")

    @property
    def centre(self) -> Client:
        return Client(self.local.invoke, self.caller)

    def upload(
        self, paper: Paper, *, name: str | None = None, period: Period | None = None
    ) -> None:
        key = paper.key(period or self.period)
        if name:
            key = key.rpartition("/")[0] + "/" + name
        self.local.gateway.s3.put_object(
            Bucket=self.local.stack.outputs["FilesBucket"], Key=key, Body=paper.content
        )

    def submission_of(self, paper: Paper, period: Period | None = None) -> str:
        return submission_id(
            provider=paper.provider,
            item=paper.item,
            period=str(period or self.period),
            sha256=hashlib.sha256(paper.content).hexdigest(),
        )

    def follow(
        self, papers: Iterable[Paper], *, period: Period | None = None
    ) -> dict[str, SubmissionView]:
        """Return each paper's submission once all have ended, by the paper's title."""
        open_papers = {paper.title: paper for paper in papers}
        ended: dict[str, SubmissionView] = {}
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while open_papers:
            for title, paper in list(open_papers.items()):
                view = self.look(self.submission_of(paper, period))
                if view is not None and State(view.state) in ENDED:
                    ended[title] = view
                    del open_papers[title]
            if open_papers and time.monotonic() > deadline:
                raise StillOpen(f"{_PATIENCE_SECONDS} 秒后仍未处理完：{'、'.join(open_papers)}")
            time.sleep(0.1)
        return ended

    def look(self, submission: str) -> SubmissionView | None:
        """Return a submission, or `None` while its file has not been received."""
        try:
            answer = self.centre.call(
                ShowSubmission(caller=self.caller, purpose=PURPOSE, submission=submission)
            )
        except CallRefused as refused:
            if refused.problem.code == UnknownSubmission.code:
                return None
            raise
        return SubmissionView.model_validate(answer)

    def submissions_of(self, provider: str) -> list[SubmissionView]:
        answer = self.centre.call(
            ListSubmissions(caller=self.caller, purpose=PURPOSE, provider=provider)
        )
        return SubmissionList.model_validate(answer).submissions

    def issues_of(self, submission: str) -> IssueList:
        answer = self.centre.call(
            ListIssues(caller=self.caller, purpose=PURPOSE, submission=submission, limit=1000)
        )
        return IssueList.model_validate(answer)

    def quiet(self) -> bool:
        """Wait until no message is left in the three queues; return whether that came."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not any(self.waiting(f"{name}QueueUrl") for name in ("Incoming", "Chunk", "Settle")):
                return True
            time.sleep(0.1)
        return False

    def patiently(self, ask: Callable[[], _Told], enough: Callable[[_Told], bool]) -> _Told:
        """Ask until the answer is enough, or for so long that it will never be."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not enough(told := ask()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return told

    def waiting(self, output: str) -> int:
        """Return how many messages a queue holds, in whatever state."""
        answer: Mapping[str, Any] = self.local.gateway.sqs.get_queue_attributes(
            QueueUrl=self.local.stack.outputs[output], AttributeNames=list(_WAITING)
        )
        return sum(int(answer["Attributes"].get(name, 0)) for name in _WAITING)
