"""The acts of the demonstration, in order, each with what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from infra.local.demonstration import proofs
from infra.local.demonstration.aftermath import Aftermath
from infra.local.demonstration.expectations import Expectations
from infra.local.demonstration.papers import CODE, DECISION, PERSON, Paper, Papers
from infra.local.demonstration.post import PURPOSE, Post
from infra.local.demonstration.telling import Teller
from nbcredit.command.records import VERDICTS
from nbcredit.domain.submissions import FileFormat, State
from nbcredit.domain.verification import Verdict
from nbcredit.wire.records import (
    ReadSubject,
    RecordView,
    SubjectView,
    TraceRecord,
    TraceView,
    VerdictView,
    VerifySubject,
)
from nbcredit.wire.submissions import SubmissionView

_AGAIN: Final = "市场监管处罚（再次上传）.csv"
_DEAD_LETTERS: Final = ("Incoming", "Chunk", "Settle", "Relay", "Sweep")


@dataclass(slots=True)
class Play:
    """One run."""

    post: Post
    papers: Papers
    teller: Teller
    found: Expectations
    aftermath: Aftermath
    began: datetime
    views: dict[str, SubmissionView] = field(default_factory=dict)

    def run(self) -> None:
        """Play every act; what does not hold is noted, and the play goes on."""
        self.hand_in()
        self.tell_problems()
        before = self.look_up()
        self.correct(before)
        self.find_person()
        self.verify()
        self.aftermath.run()
        self.check_trail()

    def hand_in(self) -> None:
        """Upload the registry's file first, then those of ten providers at the same time."""
        papers = self.papers
        self.teller.say("登记部门上传法人登记，随后十个单位同时上传 ……")
        self.post.upload(papers.registry)
        self.views |= self.post.follow([papers.registry])
        for paper in papers.first:
            self.post.upload(paper)
        self.post.upload(papers.repeated, name=_AGAIN)
        self.views |= self.post.follow(papers.first)
        settled = self.post.quiet()
        self.views |= self.post.follow([papers.repeated])
        self.teller.submissions([papers.registry, *papers.first], self.views)
        for paper in (papers.registry, *papers.first):
            self._expect_books(paper)
        self.found.expect(
            "GB18030 文件的编码被认出", self.views[papers.old_encoding.title].encoding, "gb18030"
        )
        self.found.expect(
            "Excel 文件的格式被认出", self.views[papers.workbook.title].format, FileFormat.WORKBOOK
        )
        known = self.post.submissions_of(papers.repeated.provider)
        same = [each for each in known if each.submission == self._id(papers.repeated)]
        self.found.expect_that(
            "同样的内容传两次只算一批", f"该单位共 {len(known)} 批", held=settled and len(same) == 1
        )

    def tell_problems(self) -> None:
        """Show the problems: every bad row is named with its place and its reason."""
        papers = self.papers
        for paper in (papers.partly_wrong, papers.wholly_wrong, papers.workbook, papers.misnamed):
            issues = self.post.issues_of(self._id(paper))
            self.teller.problems(paper, issues)
            told = {(each.row, each.code) for each in issues.issues}
            missed = sorted(
                (row, code.value) for row, code in paper.problems if (row, code) not in told
            )
            self.found.expect(f"“{paper.title}”的每处问题都指出了行和原因", missed, [])

    def look_up(self) -> RecordView:
        """Read one organisation's records and trace one of them to its row."""
        number = self._corrected_row()
        row = self.papers.right.records[number - 2]
        subject = self._subject(credit_code=row[CODE])
        self.teller.subject("更正前", subject)
        record = _record_of(subject, row[DECISION])
        self.found.expect_that("入库的记录可以按统一社会信用代码查到", held=record is not None)
        if record is None:
            raise proofs.Missing(row[DECISION])
        traced = self._trace(record).versions[0]
        self.found.expect(
            "记录可以追溯到批次、文件和行",
            (traced.submission, traced.file_name, traced.row),
            (self._id(self.papers.right), self.papers.right.name, number),
        )
        return record

    def correct(self, before: RecordView) -> None:
        """Report again: what was corrected changes, the rest stays as it is."""
        paper = self.papers.corrected
        self.teller.say(f"该单位上传更正文件，其中 {len(self.papers.corrections)} 行有改动 ……")
        self.post.upload(paper)
        self.views |= self.post.follow([paper])
        self.teller.submissions([paper], self.views)
        self._expect_books(paper)
        row = paper.records[self._corrected_row() - 2]
        subject = self._subject(credit_code=row[CODE])
        after = _record_of(subject, row[DECISION])
        if after is None:
            raise proofs.Missing(row[DECISION])
        self.teller.subject("更正后", subject)
        self.teller.change(before, after)
        trace = self._trace(after)
        self.teller.trace(trace)
        self.found.expect_that("更正后的内容生效", held=after.values != before.values)
        self.found.expect(
            "更正前的版本留在历史中",
            [(each.submission, each.current) for each in trace.versions],
            [(self._id(paper), True), (self._id(self.papers.right), False)],
        )

    def find_person(self) -> None:
        """Look a natural person up by number, which stands nowhere in the store."""
        row = self.papers.old_encoding.records[0]
        subject = self._subject(document_number=row[PERSON])
        traces = [self._trace(record).versions[0] for record in subject.records]
        self.found.expect_that(
            "自然人的记录可以按证件号码查到并追溯到行",
            held=any(
                (trace.submission, trace.row) == (self._id(self.papers.old_encoding), 2)
                for trace in traces
            ),
        )
        numbers = [record[PERSON] for record in self.papers.old_encoding.records]
        open_numbers = proofs.found_in_store(self.post.local, numbers)
        self.found.expect("库中没有一个明文证件号码", open_numbers, [])

    def verify(self) -> None:
        """Have claims compared: nothing comes back but the verdict."""
        subject = self._subject(
            credit_code=self.papers.right.records[self._corrected_row() - 2][CODE]
        )
        code = subject.subject.removeprefix("LP#")
        person = {"document_number": self.papers.old_encoding.records[0][PERSON]}
        verdicts = [
            self._verdict("名称与登记一致", name=subject.name, credit_code=code),
            self._verdict("名称写错一字", name=subject.name[:-1], credit_code=code),
            self._verdict("自然人姓名不符", name="某某某", **person),
        ]
        self.found.expect(
            "比对验证只回答结论",
            verdicts,
            [Verdict.MATCH, Verdict.MISMATCH, Verdict.CANNOT_VERIFY],
        )

    def _verdict(self, what: str, *, name: str, **named: Any) -> Verdict:
        answer = self.post.centre.call(
            VerifySubject(caller=self.post.caller, purpose=PURPOSE, claims={"name": name}, **named)
        )
        verdict = VerdictView.model_validate(answer).verdict
        self.teller.say(f"比对验证（{what}）：{VERDICTS[verdict]}")
        return verdict

    def check_trail(self) -> None:
        """Prove the audit trail whole, and that a changed entry would show."""
        until = datetime.now(UTC) + timedelta(minutes=1)  # noqa: TID251 -- the edge of time
        report = proofs.audit(self.post, since=self.began - timedelta(hours=1), until=until)
        self.found.expect_that(
            "审计链完整",
            f"{report.entries} 条，{report.chains} 链 {report.reason}",
            held=report.whole,
        )
        with proofs.one_entry_tampered(self.post.local):
            tampered = proofs.audit(self.post, since=self.began - timedelta(hours=1), until=until)
        self.found.expect_that("改动一条审计记录会被发现", tampered.reason, held=not tampered.whole)
        self.teller.audit(report, tampered)
        self._check_seals(self.began - timedelta(hours=1), until)
        dead = {name: self.post.waiting(f"{name}DeadLettersUrl") for name in _DEAD_LETTERS}
        self.found.expect("没有处理不了的消息", {n: c for n, c in dead.items() if c}, {})

    def _check_seals(self, since: datetime, until: datetime) -> None:
        """Seal the hour before, and prove that an entry cut off its end would be missed."""
        local = self.post.local
        past = proofs.past_entries(local, at=self.began - timedelta(minutes=40))
        sealed = proofs.seal(local, since=since)
        report = proofs.audit(self.post, since=since, until=until)
        self.found.expect_that(
            "审计链封存为签名的检查点",
            f"{sealed.get('entries')} 条 {report.reason}",
            held=report.whole
            and report.sealed_until is not None
            and sealed.get("entries") == len(past),
        )
        with proofs.tail_cut(local, past[-1]):
            cut = proofs.audit(self.post, since=since, until=until)
        self.found.expect_that("截掉链尾的记录会被发现", cut.reason, held=not cut.whole)

    def _expect_books(self, paper: Paper) -> None:
        view = self.views[paper.title]
        if paper.state is State.REFUSED:
            self.found.expect(f"“{paper.title}”的文件被整份退回", view.state, State.REFUSED)
            return
        counted = {outcome: count for outcome, count in view.outcomes.items() if count}
        wanted = {outcome.value: count for outcome, count in paper.outcomes.items() if count}
        self.found.expect(f"“{paper.title}”的每一行都有去处", counted, wanted)
        self.found.expect(
            f"“{paper.title}”账目相平", (view.rows, view.balanced), (len(paper.records), True)
        )

    def _corrected_row(self) -> int:
        """Return a corrected row about an organisation, as a spreadsheet counts."""
        return next(
            number
            for number in self.papers.corrections
            if self.papers.right.records[number - 2][CODE]
        )

    def _id(self, paper: Paper) -> str:
        return self.post.submission_of(paper)

    def _subject(self, **named: Any) -> SubjectView:
        answer = self.post.centre.call(
            ReadSubject(caller=self.post.caller, purpose=PURPOSE, **named)
        )
        return SubjectView.model_validate(answer)

    def _trace(self, record: RecordView) -> TraceView:
        answer = self.post.centre.call(
            TraceRecord(caller=self.post.caller, purpose=PURPOSE, record=record.record)
        )
        return TraceView.model_validate(answer)


def _record_of(subject: SubjectView, decision: str) -> RecordView | None:
    return next((each for each in subject.records if decision in _texts(each.values)), None)


def _texts(values: Mapping[str, str]) -> list[str]:
    return list(values.values())
