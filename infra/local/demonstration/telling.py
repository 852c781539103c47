"""What the demonstration shows: Chinese, at most a hundred columns, readable in a log file too."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from infra.local.demonstration.expectations import Expectations
from infra.local.demonstration.papers import Paper
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.reserved import ADVICE_HEADER, ROW_HEADER
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.wire.audit import AuditReport
from nbcredit.wire.cases import CaseView, ShownCaseView
from nbcredit.wire.duties import BooksView, ProviderBooks
from nbcredit.wire.records import RecordView, SubjectView, TraceView
from nbcredit.wire.reporting import ReportedRows
from nbcredit.wire.submissions import IssueList, IssueView, SubmissionView

_WIDTH: Final = 100
_MOST_KINDS: Final = 8
_FEW_ROWS: Final = 4
_BOOKS: Final = {
    Outcome.NEW: "新增",
    Outcome.UPDATED: "更新",
    Outcome.IDENTICAL: "相同",
    Outcome.OLDER: "较旧",
    Outcome.HELD: "待核",
    Outcome.DUPLICATE: "重复",
    Outcome.REJECTED: "退回",
    Outcome.BLANK: "空行",
}
_ENDS: Final[Mapping[str, str]] = {State.SETTLED: "已完成", State.REFUSED: "整份退回"}


class Teller:
    """Prints the story as it goes."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._console = Console(
            width=min(_WIDTH, Console().width) if sys.stdout.isatty() else _WIDTH, highlight=False
        )

    def say(self, text: str) -> None:
        self._console.print(f"[bold]▸[/bold] {text}")

    def submissions(self, papers: Sequence[Paper], views: Mapping[str, SubmissionView]) -> None:
        """Show how each file ended: the rows read are the sum of what became of them."""
        table = _table("各批次与账目（读取 = 各项之和）")
        for title in ("文件", "单位", "结果", "读取", *_BOOKS.values()):
            _column(table, title, number=title not in ("文件", "单位", "结果"))
        for paper in papers:
            view = views[paper.title]
            table.add_row(
                paper.name,
                view.provider,
                _ENDS.get(view.state, view.state_text),
                str(view.rows),
                *(str(view.outcomes.get(outcome, 0) or "·") for outcome in _BOOKS),
            )
        self._console.print(table)

    def problems(self, paper: Paper, issues: IssueList) -> None:
        """Show the problems of a file by kind, the most frequent first, errors before notes."""
        table = _table(f"{paper.name}：{issues.total} 处问题")
        for title in ("代码", "处数", "例：行", "列", "说明"):
            _column(table, title, number=title in ("处数", "例：行"))
        counts = Counter(issues.by_code)
        first: dict[str, IssueView] = {}
        for issue in issues.issues:
            first.setdefault(issue.code, issue)
        order = sorted(first, key=lambda code: (code.startswith("W"), -counts[code], code))
        for code in order[:_MOST_KINDS]:
            issue = first[code]
            place = f"{issue.column} {issue.header}".strip() or "—"
            table.add_row(code, str(counts[code]), str(issue.row), place, issue.message)
        self._console.print(table)
        if len(order) > _MOST_KINDS:
            self._console.print(f"  另有 {len(order) - _MOST_KINDS} 类问题未列出。")

    def subject(self, when: str, subject: SubjectView) -> None:
        table = _table(f"{when}：{subject.name} 的记录")
        for title in ("目录项", "报送单位", "文书号", "内容", "行"):
            _column(table, title, number=title == "行")
        for record in subject.records:
            table.add_row(
                record.item_name,
                record.provider,
                record.values.get("行政处罚决定书文号", "—"),
                record.values.get("处罚内容", record.values.get("企业名称", "—")),
                str(record.row),
            )
        self._console.print(table)

    def change(self, before: RecordView, after: RecordView) -> None:
        """Show the fields that differ."""
        table = _table("更正了什么")
        for title in ("字段", "更正前", "更正后"):
            _column(table, title)
        for name in dict.fromkeys((*before.values, *after.values)):
            old, new = before.values.get(name, ""), after.values.get(name, "")
            if old != new:
                table.add_row(name, old or "（空）", new or "（空）")
        self._console.print(table)

    def trace(self, trace: TraceView) -> None:
        table = _table("这条记录的来历（现行版本在前）")
        for title in ("版本", "文件", "行", "批次", "报送时间"):
            _column(table, title, number=title == "行")
        for each in trace.versions:
            table.add_row(
                "现行" if each.current else "历史",
                each.file_name,
                str(each.row),
                each.submission,
                f"{each.reported_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            )
        self._console.print(table)

    def case(self, shown: ShownCaseView) -> None:
        """Show a held row beside whom it may be about."""
        table = _table(f"待处理的比对疑问：第 {shown.case.row} 行，{shown.case.kind_text}")
        for title in ("", "名称", "说明"):
            _column(table, title)
        table.add_row("本行", shown.values.get("行政相对人名称", "—"), shown.now)
        for each in shown.candidates:
            table.add_row(each.credit_code, each.name, each.explanation)
        self._console.print(table)

    def decisions(self, decided: Sequence[CaseView]) -> None:
        for each in decided:
            reason = each.decision.reason if each.decision is not None else ""
            self.say(f"第 {each.row} 行：{each.state_text}（{reason}）")

    def returned(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Show how the first rows of the marked workbook say what to do."""
        table = _table("标注工作簿里的行（前几行）")
        for title in (ROW_HEADER, ADVICE_HEADER):
            _column(table, title, number=title == ROW_HEADER)
        for row in rows[:_FEW_ROWS]:
            table.add_row(row[ROW_HEADER], row[ADVICE_HEADER])
        self._console.print(table)

    def rows(self, told: ReportedRows) -> None:
        """Show the answer to a report by call."""
        table = _table("接口报送的当场结果")
        for title in ("行", "结果", "说明"):
            _column(table, title, number=title == "行")
        for each in told.rows:
            why = "；".join(issue.message for issue in each.issues) or "—"
            table.add_row(
                str(each.row), _BOOKS[Outcome(each.outcome)] if each.outcome else "—", why
            )
        self._console.print(table)

    def books(self, books: BooksView) -> None:
        """Show how each provider kept its duties; those who owe nothing yet are only counted."""
        told = [each for each in books.providers if each.on_time or each.late or each.zero]
        others = [each for each in books.providers if each not in told]
        table = _table(f"{books.period} 报送期的账，报送期限 {books.due_text}")
        for title in ("单位", "按时", "迟报", "零报告", "未报", "待报"):
            _column(table, title, number=title != "单位")
        for each in told:
            table.add_row(each.provider_name, *(str(n or "·") for n in _kept(each)))
        counts = zip(*map(_kept, others), strict=True) if others else ()
        table.add_row(f"其余 {len(others)} 个单位合计", *(str(sum(n) or "·") for n in counts))
        self._console.print(table)

    def audit(self, report: AuditReport, tampered: AuditReport) -> None:
        verdict = "完整" if report.whole else f"不完整：{report.reason}"
        self.say(f"审计链：{report.entries} 条、{report.chains} 链，{verdict}。")
        found = tampered.reason if not tampered.whole else "没有被发现！"
        self.say(f"试改其中一条：{found}（已还原）")

    def conclude(self, found: Expectations, *, seconds: float) -> int:
        """Show every expectation; return the exit code."""
        table = _table("预期")
        for title in ("", "预期", "说明"):
            _column(table, title)
        for each in found.all:
            table.add_row("✓" if each.held else "✗", each.promise, each.facts)
        self._console.print(table)
        failed = len(found.failed)
        if failed or not found.all:
            self._console.print(
                f"{failed} 项预期没有实现，用时 {seconds:.0f} 秒；日志：{self._log}"
            )
            return 1
        self._console.print(f"{len(found.all)} 项预期全部实现，用时 {seconds:.0f} 秒。")
        return 0


def _kept(books: ProviderBooks) -> tuple[int, int, int, int, int]:
    return books.on_time, books.late, books.zero, books.missing, books.open


def _table(title: str) -> Table:
    return Table(
        title=f"\n{title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        pad_edge=False,
    )  # fmt: skip


def _column(table: Table, title: str, *, number: bool = False) -> None:
    """Add a column that folds what is too long: Chinese has no spaces to break at."""
    table.add_column(title, justify="right" if number else "left", no_wrap=number, overflow="fold")
