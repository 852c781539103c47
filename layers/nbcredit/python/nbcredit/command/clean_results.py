"""What `nbcredit clean` says of a file: the worst first, then where all of it is."""

from pathlib import Path
from typing import Final

import typer

from nbcredit.cleaning.clean_runs import CHANGES_FILE, ISSUES_FILE, ROWS_FILE, SUMMARY_FILE
from nbcredit.cleaning.clean_summaries import CleanRun
from nbcredit.command.causes import Problem, say_changes, say_problems
from nbcredit.command.submissions import ALL_ACCEPTED, REFUSED, SOME_REJECTED
from nbcredit.domain.issues import Severity

_FILES: Final = {
    ISSUES_FILE: "全部问题，按原因分组，可用 Excel 打开",
    CHANGES_FILE: "可能改变含义的改动，请逐条核对",
    ROWS_FILE: "通过的行，已规范化，供程序读取",
    SUMMARY_FILE: "汇总，供程序读取",
}


def exit_code(run: CleanRun) -> int:
    """Return 0 where every row passed, 1 where some did not, 2 where the file did not."""
    if run.refused:
        return REFUSED
    return SOME_REJECTED if run.counts.rejected else ALL_ACCEPTED


def say_run(run: CleanRun, *, source: Path, out: Path) -> None:
    """Print the books, the problems by cause, what was changed, and what to do next."""
    counts = run.counts
    if run.refused:
        typer.echo("整个文件没有通过：")
    else:
        parts = (
            ("通过", counts.accepted),
            ("退回", counts.rejected),
            ("重复", counts.duplicate),
            ("空行", counts.blank),
        )
        told = " + ".join(f"{name} {count}" for name, count in parts if count)
        typer.echo(f"读取 {counts.rows} 行 = {told}")
    _say_problems(run)
    check = (
        f"可能改变含义的 {counts.listed} 处请核对 {CHANGES_FILE}" if counts.listed else "不用处理"
    )
    say_changes(counts.changes, heading=f"\n规范化改动（写法已自动统一，{check}）：")
    _say_files(run, out)
    typer.echo(f"\n{_advice(run, source)}")


def _say_problems(run: CleanRun) -> None:
    problems = {
        severity: [
            Problem(cause.code.value, cause.rows, cause.first, cause.first[0].header)
            for cause in run.causes
            if cause.severity is severity
        ]
        for severity in Severity
    }
    errors, notes = problems[Severity.ERROR], problems[Severity.WARNING]
    spoiled = "" if run.refused else f"，{run.counts.rejected} 行被退回"
    say_problems(errors, heading=f"\n错误 {len(errors)} 类{spoiled}：")
    say_problems(notes, heading=f"\n提示 {len(notes)} 类，不影响报送，请核对：")


def _say_files(run: CleanRun, out: Path) -> None:
    written = {
        ISSUES_FILE: bool(run.causes),
        CHANGES_FILE: bool(run.counts.listed),
        ROWS_FILE: not run.refused,
        SUMMARY_FILE: True,
    }
    typer.echo(f"\n结果在 {out}：")
    for name, about in _FILES.items():
        if written[name]:
            typer.echo(f"  {name:<13} {about}")


def _advice(run: CleanRun, source: Path) -> str:
    named = f'"{source}"' if " " in str(source) else str(source)
    if run.refused:
        return "下一步：按上面的说明改好文件，再检查一次。"
    if run.counts.rejected:
        return "下一步：在原文件中改好被退回的行，再检查一次；现在上传也可以，只有通过的行会入库。"
    return f"下一步：上传  nbcredit upload {named} --item {run.item.code}"
