"""What a trial of a changed catalogue says: each file, then what all come to."""

from collections.abc import Iterable
from dataclasses import dataclass

import typer

from nbcredit.command.trials import Untried
from nbcredit.wire.trials import CauseView, EndsView, PlaceView, TrialView


@dataclass(slots=True)
class TrialTotals:
    """What all files together come to."""

    files: int = 0
    rows: int = 0
    untried: int = 0
    newly_refused: int = 0
    newly_taken: int = 0
    newly_rejected: int = 0
    newly_accepted: int = 0

    def add(self, view: TrialView) -> None:
        self.files += 1
        self.rows += rows_of(view)
        self.newly_refused += is_newly_refused(view)
        self.newly_taken += _was_refused(view) and not view.refusal
        self.newly_rejected += view.newly_rejected
        self.newly_accepted += view.newly_accepted

    @property
    def worse(self) -> bool:
        """Whether anything would be newly rejected, or is not known."""
        return bool(self.newly_refused or self.newly_rejected or self.untried)


def say_trials(results: Iterable[TrialView | Untried]) -> TrialTotals:
    """Print each file as it was tried, and what all come to."""
    totals = TrialTotals()
    for result in results:
        if isinstance(result, Untried):
            totals.untried += 1
            typer.echo(f"{result.file}：没有试完：{result.reason}")
            continue
        totals.add(result)
        _say(result)
    _say_totals(totals)
    return totals


def rows_of(view: TrialView) -> int:
    """Return the rows of the file, as far as they are known."""
    return max(view.rows, sum(view.before.model_dump().values()) if view.before is not None else 0)


def is_newly_refused(view: TrialView) -> bool:
    return bool(view.refusal) and not _was_refused(view)


def _was_refused(view: TrialView) -> bool:
    # What was never reported was never refused.
    return view.before is None and bool(view.submission)


def _say(view: TrialView) -> None:
    parts = (view.provider, f"{view.item_name}（{view.item}）", view.period, view.submission)
    told = "  ".join(part for part in parts if part)
    typer.echo(f"{view.file_name}  {told}  共 {rows_of(view)} 行")
    then = "整个文件被退回" if _was_refused(view) else _ends(view.before)
    now = "整个文件被退回" if view.refusal else _ends(view.after)
    typer.echo((f"  原来：{then}\n" if then else "") + f"  试读：{now}")
    for refusal in view.refusal:
        typer.echo(f"    {refusal.code}  {refusal.message}")
    if view.refusal:
        return
    if view.newly_rejected:
        typer.echo(f"  新退回 {view.newly_rejected} 行：" if view.submission else "  退回的原因：")
    for cause in view.causes:
        _say_cause(cause)
    if view.newly_accepted:
        typer.echo(f"  原来退回、现在接收 {view.newly_accepted} 行")


def _say_cause(cause: CauseView) -> None:
    named = f"  {cause.title}（{cause.field}）" if cause.field else ""
    typer.echo(f"    {cause.code}{named}  {cause.rows} 行" + _first(cause.message))
    for place in cause.places:
        typer.echo(f"      {_place(place)}")


def _first(message: str) -> str:
    return f"，如：{message}" if message else ""


def _place(place: PlaceView) -> str:
    column = f" {place.column} 列" if place.column else ""
    header = f"“{place.header}”" if place.header else ""
    value = f"（原值：{place.value}）" if place.value else ""
    return f"第 {place.row} 行{column}{header}{value}"


def _ends(ends: EndsView | None) -> str:
    if ends is None:
        return ""
    blank = f"，空行 {ends.blank}" if ends.blank else ""
    return f"接收 {ends.accepted}，退回 {ends.rejected}，重复 {ends.duplicate}{blank}"


def _say_totals(totals: TrialTotals) -> None:
    typer.echo(
        f"合计 {totals.files} 个文件、{totals.rows} 行："
        f"新退回 {totals.newly_refused} 个文件、{totals.newly_rejected} 行；"
        f"改为接收 {totals.newly_taken} 个文件、{totals.newly_accepted} 行。"
    )
    if totals.untried:
        typer.echo(f"{totals.untried} 个文件没有试完，发布前请再试。")
