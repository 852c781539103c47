"""`nbcredit sample`: invented files of any size."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from nbcredit.command.desk import desk_of, on_terminal
from nbcredit.command.schemas import item_in, shipped_folder
from nbcredit.domain.errors import BadRequest
from nbcredit.samples.files import Spoiled, generate, write_csv


class NotCsv(BadRequest):
    """The name says that the file is something else than what is written."""

    code = "not-csv"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"样例文件是 CSV，“{path.name}”不是以 .csv 结尾：请用 --out 写成 {path.stem}.csv。"
        )


class Encoding(StrEnum):
    """How text is stored in the file."""

    UTF_8 = "utf-8"
    UTF_8_SIG = "utf-8-sig"
    GB18030 = "gb18030"


Share = Annotated[float, typer.Option(metavar="比例", min=0, max=1)]


def sample(
    context: typer.Context,
    *,
    item: Annotated[
        str, typer.Argument(metavar="目录项", help="目录项代码或名称，如 administrative-penalty。")
    ],
    out: Annotated[Path, typer.Option(metavar="文件", help="写到哪个 .csv 文件。")],
    rows: Annotated[int, typer.Option(metavar="行数", min=0, help="除表头外的行数。")] = 1000,
    bad: Annotated[
        float, typer.Option(metavar="比例", min=0, max=1, help="有错的行占多少，如 0.05。")
    ] = 0.0,
    repeat: Annotated[
        float, typer.Option(metavar="比例", min=0, max=1, help="重复前面某行的行占多少。")
    ] = 0.0,
    blank: Annotated[float, typer.Option(metavar="比例", min=0, max=1, help="空行占多少。")] = 0.0,
    revised: Annotated[
        float,
        typer.Option(
            metavar="比例", min=0, max=1, help="在同一种子的文件上改动多少行，用来模拟更正。"
        ),
    ] = 0.0,
    encoding: Annotated[
        Encoding, typer.Option(metavar="编码", help="utf-8、utf-8-sig 或 gb18030。")
    ] = Encoding.UTF_8,
    seed: Annotated[int, typer.Option(metavar="种子", help="种子相同，主体和内容就相同。")] = 1,
    subjects: Annotated[
        int | None,
        typer.Option(metavar="个数", min=1, help="不同主体的个数；不写则与行数相同。"),
    ] = None,
    codes: Annotated[
        bool, typer.Option("--codes", help="表头用字段代码（如 CF_WSH）而不用中文名称。")
    ] = False,
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="文件夹", help="目录文件夹；不写则用随软件提供的最新版。"),
    ] = None,
) -> None:
    if out.suffix.lower() != ".csv":
        raise NotCsv(out)
    desk = desk_of(context)
    spoiled: dict[str, int] = {}

    def report(each: Spoiled) -> None:
        name = each.code or each.outcome
        spoiled[name] = spoiled.get(name, 0) + 1

    lines = generate(
        item_in(catalogue or shipped_folder(Path.cwd()), item),
        rows=rows,
        seed=seed,
        today=desk.today,
        bad_share=bad,
        repeat_share=repeat,
        blank_share=blank,
        revised_share=revised,
        subjects=subjects,
        as_field_codes=codes,
        report=report,
    )
    with out.open("wb") as stream:
        written = write_csv(_shown(lines, rows), stream, encoding=encoding)
    typer.echo(f"已写出 {out}：{written} 行，{encoding}，种子 {seed}。")
    if spoiled:
        counts = "，".join(f"{name} {count} 行" for name, count in sorted(spoiled.items()))
        typer.echo(f"其中应被指出的：{counts}")


def _shown(lines: Iterator[list[str]], rows: int) -> Iterator[list[str]]:
    """Pass the lines on, with a bar on a terminal."""
    with Progress(transient=True, disable=not on_terminal()) as progress:
        yield from progress.track(lines, total=rows + 1, description="生成")
