"""Watching a submission until it has ended: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from nbcredit.command.calls import Client
from nbcredit.command.desk import Desk, on_terminal
from nbcredit.command.submissions import look
from nbcredit.domain.errors import Unavailable
from nbcredit.domain.submissions import ENDED, State
from nbcredit.wire.submissions import SubmissionView

_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 2.0
_STEPS: Final = {
    State.READING: "读取",
    State.WAITING: "排队等待入库",
    State.LOADING: "入库",
    State.SETTLED: "完成",
    State.REFUSED: "退回",
}


class StillRunning(Unavailable):
    """The submission has not ended in the time allowed; it goes on by itself."""

    code = "still-running"

    def __init__(self, submission: str) -> None:
        super().__init__(
            f"批次 {submission} 还在处理，不必重新上传："
            f"稍后运行 nbcredit status {submission} 查看。"
        )


class Sight(Protocol):
    """Where progress is shown."""

    def tell(self, step: str, done: int, total: int) -> None: ...


class PlainSight:
    """A line for each step, for log files and pipes."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, step: str, done: int, total: int) -> None:
        line = f"  {step} {done}/{total} 块" if total else f"  {step}"
        if line != self._last:
            typer.echo(line, err=True)
        self._last = line


class BarSight:
    """A bar that moves with the chunks."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("上传", total=None)

    def tell(self, step: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=step, completed=done, total=total or None)


def follow(
    desk: Desk,
    client: Client,
    submission: str,
    *,
    limit: timedelta,
    earlier: SubmissionView | None = None,
) -> SubmissionView:
    """Return the submission once it has ended, or raise `StillRunning` after `limit`.

    A file that was refused `earlier` is read again: its old refusal is no answer.
    """

    def standing() -> SubmissionView | None:
        view = look(client, submission)
        old = view is not None and view.state == State.REFUSED and view == earlier
        return None if old else view

    if not on_terminal():
        return _watch(desk, standing, PlainSight(), submission, limit)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        return _watch(desk, standing, BarSight(progress), submission, limit)


def _watch(
    desk: Desk,
    standing: Callable[[], SubmissionView | None],
    sight: Sight,
    submission: str,
    limit: timedelta,
) -> SubmissionView:
    deadline, wait = desk.now() + limit, _FIRST_WAIT
    sight.tell("上传完毕，等待接收", 0, 0)
    while True:
        view = standing()
        if view is not None:
            loading = view.state == State.LOADING
            sight.tell(
                _STEPS.get(State(view.state), view.state_text),
                view.chunks_done if loading else 0,
                view.chunks if loading else 0,
            )
            if view.state in ENDED:
                return view
        if desk.now() >= deadline:
            raise StillRunning(submission)
        desk.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT)
