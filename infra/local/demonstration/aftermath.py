"""What comes after the files: decisions, answers, reports by call, zero reports, the books."""

import io
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel
from xlsxwriter import Workbook

from infra.local.demonstration.expectations import Expectations
from infra.local.demonstration.papers import PENALTY, REGISTRATION, Paper, Papers
from infra.local.demonstration.post import PURPOSE, Post
from infra.local.demonstration.telling import Teller
from nbcredit.cleaning.originals import Originals
from nbcredit.command.calls import CallRefused, Client, caller_of
from nbcredit.domain.catalogue import Item
from nbcredit.domain.periods import Period
from nbcredit.domain.reserved import FEEDBACK_HEADER, ROW_HEADER
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileFormat
from nbcredit.usecases.zero_reports import DataReported
from nbcredit.wire import cases, duties, feedback, reporting
from nbcredit.wire.calls import Call
from nbcredit.wire.obligations import ObligationView

_Answer = TypeVar("_Answer", bound=BaseModel)
_DECISIONS: Final = (("store", "已与当事人核对，代码无误"), ("drop", "文书写错了当事人"))


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The second half of the play."""

    post: Post
    papers: Papers
    teller: Teller
    found: Expectations
    item: Item
    now: Period

    def run(self) -> None:
        self.decide_held()
        self.answer_feedback()
        self.report_by_call()
        self.report_nothing()
        self.keep_books()

    def decide_held(self) -> None:
        """Decide both rows whose organisation goes by another name: one in, one not."""
        paper = self.papers.misnamed
        listed = self._ask(
            cases.CaseList, paper.provider, cases.ListCases, provider=paper.provider
        ).cases
        held = sorted(listed, key=lambda case: case.row)
        self.found.expect(
            "对不上名称的行先不入库，等人处理", len(held), paper.outcomes[Outcome.HELD]
        )
        shown = self._ask(cases.ShownCaseView, paper.provider, cases.ShowCase, case=held[0].case)
        self.teller.case(shown)
        decided = [
            self._ask(
                cases.DecidedView, paper.provider, cases.DecideCase,
                case=case.case, decision=decision, reason=reason,
            )
            for case, (decision, reason) in zip(held, _DECISIONS, strict=True)
        ]  # fmt: skip
        self.teller.decisions([each.case for each in decided])
        stored = decided[0].stored_by
        self.found.expect(
            "决定入库的行入库，决定不入库的不入库",
            (stored.outcomes[Outcome.NEW] if stored else 0, decided[1].stored_by),
            (1, None),
        )

    def answer_feedback(self) -> None:
        """Fetch the marked workbook, put its rows right, and send those rows back alone."""
        paper, right = self.papers.partly_wrong, self.papers.reworked
        submission = self.post.submission_of(paper)
        opened = self._feedback(paper.provider, submission)
        self.found.expect(
            "退回的行成为限期答复的反馈", opened.left, paper.outcomes[Outcome.REJECTED]
        )
        papers = self._ask(
            feedback.PapersView, paper.provider, feedback.ShowPapers, submission=submission
        )
        book = _fetched(papers.workbook)
        rows = self._rows_of(book)
        self.teller.say(
            f"反馈 {submission}：{opened.left} 行，{opened.due} 前答复；"
            f"下载标注工作簿，改好其中的行后只传这些行 ……"
        )
        self.teller.returned(rows)
        better = [
            {**right.records[int(row[ROW_HEADER]) - 2], FEEDBACK_HEADER: row[FEEDBACK_HEADER]}
            for row in rows
        ]
        again = Paper(
            title=right.title, provider=right.provider, item=right.item, name=right.name,
            content=_workbook(better), records=better, outcomes={Outcome.NEW: len(better)},
        )  # fmt: skip
        self.post.upload(again)
        view = self.post.follow([again])[again.title]
        self.teller.submissions([again], {again.title: view})
        closed = self._feedback(paper.provider, submission, until_closed=True)
        self.found.expect(
            "只传改好的行，反馈就办结",
            (view.outcomes.get(Outcome.NEW), closed.left),
            (len(better), 0),
        )  # fmt: skip

    def report_by_call(self) -> None:
        """Report three rows in one call, one of them without what it has to have."""
        paper = self.papers.batch
        rows = [{title: text for title, text in row.items() if text} for row in paper.records]
        del rows[-1]["处罚事由" if "处罚事由" in rows[-1] else next(iter(rows[-1]))]
        told = self._ask(
            reporting.ReportedRows, paper.provider, reporting.ReportRows,
            provider=paper.provider, item=paper.item, rows=rows,
        )  # fmt: skip
        self.teller.rows(told)
        self.found.expect(
            "接口报送的每一行当场得到结果",
            [each.outcome for each in told.rows],
            [Outcome.NEW, Outcome.NEW, Outcome.REJECTED],
        )

    def report_nothing(self) -> None:
        """Report that nothing arose; where something did, that is refused."""
        zero = {"item": REGISTRATION, "period": str(self.now)}
        self._ask(ObligationView, "mzj", duties.ReportNothing, provider="mzj", **zero)
        self.teller.say(f"民政局对 {self.now} 报送期报“无信用信息产生”")
        try:
            self._ask(
                ObligationView, "yjj", duties.ReportNothing,
                provider="yjj", item=PENALTY, period=str(self.now),
            )  # fmt: skip
            code = "accepted"
        except CallRefused as refused:
            code = refused.problem.code
            self.teller.say(f"已有数据的再报“无信用信息产生”：{refused.problem.detail}")
        self.found.expect("与数据矛盾的零报告不予接受", code, DataReported.code)

    def keep_books(self) -> None:
        """Close a month that is over, and show its books beside those of this month."""
        past = self.post.period.previous()
        self.post.upload(self.papers.past, period=past)
        self.post.follow([self.papers.past], period=past)
        closed = self._books(duties.ClosePeriod(**self._by_centre(), period=str(past)))
        again = self._books(duties.ClosePeriod(**self._by_centre(), period=str(past)))
        current = self._books(duties.ShowDuties(**self._by_centre(), period=str(self.now)))
        self.teller.books(closed)
        self.teller.books(current)
        late = {each.provider: each.late for each in closed.providers if each.late}
        self.found.expect("结账后：过了期限才报的记为迟报", late, {self.papers.past.provider: 1})
        self.found.expect_that(
            "结账后：没有报的记为未报，每项都有结果",
            held=all(not each.open for each in closed.providers)
            and any(each.missing for each in closed.providers),
        )
        self.found.expect("再结一次，结果不变", again, closed)
        states = {
            each.provider: (each.on_time, each.zero)
            for each in current.providers
            if each.on_time or each.zero
        }
        self.found.expect("本月的按时报送和零报告记在账上", states, {"yjj": (1, 0), "mzj": (0, 1)})

    def _books(self, call: duties.ClosePeriod | duties.ShowDuties) -> duties.BooksView:
        return duties.BooksView.model_validate(self.post.centre.call(call))

    def _by_centre(self) -> Mapping[str, Any]:
        return {"caller": self.post.caller, "purpose": PURPOSE}

    def _feedback(
        self, provider: str, submission: str, *, until_closed: bool = False
    ) -> feedback.FeedbackView:
        """Return a feedback; the answers of a submission follow it by an event."""
        return self.post.patiently(
            lambda: (
                self._ask(
                    feedback.FeedbackDetail, provider, feedback.ShowFeedback, feedback=submission
                ).feedback
            ),
            lambda view: not until_closed or view.closed_at is not None,
        )

    def _rows_of(self, book: bytes) -> list[dict[str, str]]:
        opened = Originals().open(
            [book], form=FileFormat.WORKBOOK, encoding="", item=self.item, others=()
        )
        return [dict(zip(opened.titles, row.cells or (), strict=False)) for row in opened.rows]

    def _ask(self, answer: type[_Answer], by: str, call: type[Call], **asked: Any) -> _Answer:
        caller = caller_of(id="demo", organisation=by)
        told = Client(self.post.local.invoke, caller).call(
            call(caller=caller, purpose=PURPOSE, **asked)  # type: ignore[arg-type]
        )
        return answer.model_validate(told)


def _fetched(address: str | None) -> bytes:
    if address is None:
        return b""
    with urllib.request.urlopen(address) as answer:  # noqa: S310 -- the platform's own address
        body: bytes = answer.read()
    return body


def _workbook(rows: Sequence[Mapping[str, str]]) -> bytes:
    written = io.BytesIO()
    header = list(rows[0])
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for column, title in enumerate(header):
                sheet.write_string(number, column, row.get(title, ""))
    return written.getvalue()
