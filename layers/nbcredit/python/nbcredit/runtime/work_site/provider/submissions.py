"""Submissions: the history, one on its way and its result, and the papers to be fetched."""

from collections.abc import Callable
from typing import Final

from nbcredit.documents.receipts import OUTCOME_WORDS
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import ENDED, State, UnknownSubmission
from nbcredit.pages.problems import grouped
from nbcredit.pages.spelling import moment, period
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site import responses
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.provider.ways import SUBMISSIONS, way_of_submission
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, View, page
from nbcredit.wire.feedback import PapersView, ShowPapers
from nbcredit.wire.submissions import (
    IssueList,
    ListIssues,
    ListSubmissions,
    ShowSubmission,
    SubmissionList,
    SubmissionView,
)

_PURPOSE: Final = "查看报送结果"
# What a page can group; the whole list is a file.
_MOST_ISSUES: Final = 1000
_MOST_SUBMISSIONS: Final = 100


def _lamp(each: SubmissionView) -> str:
    if each.state == State.REFUSED:
        return "red"
    if each.state != State.SETTLED:
        return "off"
    return "amber" if _back(each) else "green"


def _back(each: SubmissionView) -> int:
    return each.outcomes.get(Outcome.REJECTED, 0) + each.outcomes.get(Outcome.HELD, 0)


def _words(each: SubmissionView) -> str:
    back = _back(each)
    return f"已完成，{back} 行待处理" if each.state == State.SETTLED and back else each.state_text


_HISTORY: Final = Table[SubmissionView](
    caption="报送记录",
    columns=(
        Column(
            name="at",
            title="收到时间",
            text=lambda each: moment(each.reported_at),
            key=lambda each: each.reported_at,
            path=lambda each: way_of_submission(each.submission),
        ),
        Column(name="item", title="目录项", text=lambda each: each.item_name, filter="choice"),
        Column(
            name="period", title="报送期", text=lambda each: period(each.period), filter="choice"
        ),
        Column(name="file", title="文件", text=lambda each: each.file_name, filter="text"),
        Column(
            name="rows",
            title="行数",
            text=lambda each: f"{each.rows:,}",
            key=lambda each: each.rows,
            numeric=True,
        ),
        Column(name="state", title="状态", text=_words, lamp=_lamp, filter="choice"),
    ),
    nothing="还没有报送过。请从“报送文件”开始。",
)


def history(desk: Desk) -> Response:
    found = desk.ask(
        ListSubmissions,
        SubmissionList,
        purpose="查看报送记录",
        provider=desk.organisation,
        limit=_MOST_SUBMISSIONS,
    )
    return desk.list_page(
        "provider/submissions.html",
        _HISTORY,
        found.submissions,
        title=SUBMISSIONS.title,
        most=_MOST_SUBMISSIONS,
        may_report=desk.may("deliver-file"),
    )


def show(desk: Desk) -> Response:
    """Show a submission: how far it is, and once it has ended what became of its rows."""
    number = desk.request.parameters["submission"]
    try:
        view = desk.ask(ShowSubmission, SubmissionView, purpose=_PURPOSE, submission=number)
    except UnknownSubmission:
        if "sent" not in desk.request.query:
            raise
        # What was just sent is told by the bucket's event, a moment later.
        return desk.page(
            "provider/arriving.html",
            title="报送结果",
            crumbs=(SUBMISSIONS,),
            progress=True,
            submission=number,
        )
    if view.state not in ENDED:
        return desk.page(
            "provider/progress.html",
            title="报送结果",
            crumbs=(SUBMISSIONS,),
            progress=True,
            view=view,
        )
    return _result(desk, view)


def _result(desk: Desk, view: SubmissionView) -> Response:
    issues = desk.ask(
        ListIssues, IssueList, purpose=_PURPOSE, submission=view.submission, limit=_MOST_ISSUES
    )
    return desk.page(
        "provider/result.html",
        title="报送结果",
        crumbs=(SUBMISSIONS,),
        view=view,
        refused=view.state == State.REFUSED,
        outcomes=[
            (*words, view.outcomes[outcome])
            for outcome, words in OUTCOME_WORDS.items()
            if view.outcomes.get(outcome)
        ],
        rejected=view.outcomes.get(Outcome.REJECTED, 0),
        held=view.outcomes.get(Outcome.HELD, 0),
        problems=grouped(issues.issues, total=issues.total),
        total=issues.total,
        withheld=issues.withheld,
        may_report=desk.may("deliver-file"),
    )


def _fetch(address: Callable[[Desk, str], str | None], called: str) -> View:
    """Return a view that sends the browser to a file of the submission, if it is there."""

    def view(desk: Desk) -> Response:
        number = desk.request.parameters["submission"]
        found = address(desk, number)
        if found is None:
            return desk.see(
                way_of_submission(number),
                said=f"{called}还没有生成，或者本批次没有{called}：请过一会儿再试。",
            )
        return responses.fetch(found)

    return view


def _papers(desk: Desk, number: str) -> PapersView:
    return desk.ask(ShowPapers, PapersView, purpose="下载报送结果", submission=number)


def _lists(desk: Desk, number: str) -> IssueList:
    return desk.ask(ListIssues, IssueList, purpose="下载问题清单", submission=number, limit=0)


_ONE: Final = "/submissions/{submission}"
ROUTES: Final[tuple[Route, ...]] = (
    page("/submissions", history, call="list-submissions"),
    page(_ONE, show, call="show-submission"),
    page(
        f"{_ONE}/workbook",
        _fetch(lambda desk, number: _papers(desk, number).workbook, "待处理的行（工作簿）"),
        call="show-papers",
    ),
    page(
        f"{_ONE}/rest",
        _fetch(lambda desk, number: _papers(desk, number).rest, "待处理的行（其余，CSV）"),
        call="show-papers",
    ),
    page(
        f"{_ONE}/receipt",
        _fetch(lambda desk, number: _papers(desk, number).receipt, "回执"),
        call="show-papers",
    ),
    page(
        f"{_ONE}/issues.csv",
        _fetch(lambda desk, number: _lists(desk, number).download, "问题清单"),
        call="list-issues",
    ),
    page(
        f"{_ONE}/changes.csv",
        _fetch(lambda desk, number: _lists(desk, number).changes_download, "改动清单"),
        call="list-issues",
    ),
)
