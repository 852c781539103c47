"""`nbcredit records` and `trace`: what is stored of a subject, and where it came from."""

import sys
from collections.abc import Mapping
from typing import Annotated, Final

import typer

from nbcredit.cleaning.lookups import asked_legal_person
from nbcredit.command.desk import desk_of, say_json
from nbcredit.command.submissions import local_time
from nbcredit.domain.catalogue import RESIDENT_ID
from nbcredit.domain.errors import BadRequest
from nbcredit.domain.subjects import SubjectState
from nbcredit.domain.submissions import Kind
from nbcredit.domain.verification import Verdict
from nbcredit.wire.records import (
    ReadSubject,
    RecordView,
    SubjectView,
    TraceRecord,
    TraceView,
    VerdictView,
    VerifySubject,
    VersionView,
)

Purpose = Annotated[
    str, typer.Option(metavar="用途", help="查询用途，会记入审计日志，如“异议核查”。")
]
CreditCode = Annotated[
    str | None, typer.Argument(metavar="统一社会信用代码", help="18 位统一社会信用代码。")
]
DocumentNumber = Annotated[
    bool,
    typer.Option(
        "--document-number",
        help="主体是自然人：证件号码另行输入且不显示，也可从标准输入读取，不写在命令里。",
    ),
]
DocumentType = Annotated[str, typer.Option(metavar="类型", help="自然人的证件类型。")]
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


class NoSubject(BadRequest):
    """Neither a credit code nor a document number was given, or both."""

    code = "no-subject"

    def __init__(self) -> None:
        super().__init__("请写统一社会信用代码，或用 --document-number 查自然人，两者选一。")


class NoClaims(BadRequest):
    """Nothing to compare was given."""

    code = "no-claims"

    def __init__(self) -> None:
        super().__init__("请用 --name 或 --status 写出要比对的内容。")


VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.MATCH: "一致",
    Verdict.MISMATCH: "不一致",
    Verdict.NO_RECORD: "没有登记信息可比对：登记部门还没有报送该主体。",
    Verdict.CANNOT_VERIFY: "无法核实",
}


_ROLES: Final[Mapping[str, str]] = {"operator": "经营者"}


def records(
    context: typer.Context,
    *,
    purpose: Purpose,
    credit_code: CreditCode = None,
    document_number: DocumentNumber = False,
    document_type: DocumentType = RESIDENT_ID,
    json: Json = False,
) -> None:
    if (credit_code is None) != document_number:
        raise NoSubject
    client = desk_of(context).client()
    call = ReadSubject(
        caller=client.caller,
        purpose=purpose,
        credit_code=_spelled(credit_code),
        document_type=document_type,
        document_number=_secret("证件号码") if document_number else None,
    )
    subject = SubjectView.model_validate(client.call(call))
    if json:
        say_json(subject.model_dump(mode="json"))
        return
    _say_subject(subject, _spelled(credit_code))
    newest_first = sorted(subject.records, key=lambda each: (each.submission, each.row))
    newest_first.sort(key=lambda each: each.reported_at, reverse=True)
    ordered = sorted(newest_first, key=lambda each: each.item_name)
    for number, record in enumerate(ordered, start=1):
        _say_record(number, record)


def verify(
    context: typer.Context,
    *,
    purpose: Purpose,
    name: Annotated[str | None, typer.Option(metavar="名称", help="要比对的名称或姓名。")] = None,
    status: Annotated[
        str | None, typer.Option(metavar="状态", help="要比对的登记状态，如“存续”。")
    ] = None,
    credit_code: CreditCode = None,
    document_number: DocumentNumber = False,
    document_type: DocumentType = RESIDENT_ID,
    json: Json = False,
) -> None:
    if (credit_code is None) != document_number:
        raise NoSubject
    client = desk_of(context).client()
    told = {"name": name, "status": status}
    claims = {field: value for field, value in told.items() if value}
    if not claims:
        raise NoClaims
    call = VerifySubject(
        caller=client.caller,
        purpose=purpose,
        credit_code=_spelled(credit_code),
        document_type=document_type,
        document_number=_secret("证件号码") if document_number else None,
        claims=claims,
    )
    verdict = VerdictView.model_validate(client.call(call)).verdict
    if json:
        say_json({"verdict": verdict.value})
    else:
        typer.echo(VERDICTS[verdict])
    raise typer.Exit(0 if verdict is Verdict.MATCH else 1)


def trace(
    context: typer.Context,
    *,
    record: Annotated[str, typer.Argument(metavar="记录编号", help="records 显示的记录编号。")],
    purpose: Purpose,
    json: Json = False,
) -> None:
    client = desk_of(context).client()
    call = TraceRecord(caller=client.caller, purpose=purpose, record=record)
    traced = TraceView.model_validate(client.call(call))
    if json:
        say_json(traced.model_dump(mode="json"))
        return
    typer.echo(f"{traced.item_name}  {traced.record}")
    for version in traced.versions:
        typer.echo("现行版本" if version.current else "历史版本")
        typer.echo(
            f"  报送：{version.provider_name}（{version.provider}） "
            f"{local_time(version.reported_at)}"
        )
        if version.kind == Kind.WITHDRAWAL:
            typer.echo(f"  撤回批次 {version.submission} 第 {version.row} 行")
        else:
            typer.echo(
                f"  文件：{version.file_name} 第 {version.row} 行，批次 {version.submission}"
            )
            typer.echo(f"  原件：{version.file_key} 版本 {version.file_version}")
            typer.echo(f"  SHA-256：{version.sha256}，目录 {version.catalogue} 版")
        _say_standing(version)
        _say_values(version.values)


def _say_subject(subject: SubjectView, credit_code: str | None) -> None:
    """Print who it is by the number that was asked for; a person's is not shown again."""
    former = f"（曾用名：{'、'.join(subject.former_names)}）" if subject.former_names else ""
    heading = [f"{subject.name or '（未登记名称）'}{former}"]
    if credit_code:
        heading.append(credit_code)
        # Others have named it; whether it is called so, the registration authority has to say.
        if subject.state == SubjectState.PROVISIONAL:
            heading.append("尚无登记信息")
    typer.echo("  ".join(heading))
    typer.echo(
        f"记录 {len(subject.records)} 条" + (f"，{subject.status}" if subject.status else "")
    )
    if subject.cancelled_on:
        typer.echo(f"注销日期：{subject.cancelled_on}")
    if subject.successors:
        typer.echo(f"承继主体：{'、'.join(subject.successors)}")


def _say_record(number: int, record: RecordView) -> None:
    role = f"，{_ROLES.get(record.role, record.role)}" if record.role else ""
    typer.echo(f"第 {number} 条  {record.item_name}{role}  {record.record}")
    typer.echo(
        f"  报送：{record.provider} {record.period}，批次 {record.submission} 第 {record.row} 行"
    )
    _say_standing(record)
    _say_values(record.values)


def _say_standing(record: RecordView | VersionView) -> None:
    if record.withdrawn:
        typer.echo(f"  已撤回，不再公示：{record.reason}")
    if record.replaced_by:
        typer.echo(f"  更正后的记录：{record.replaced_by}")
    if record.corrected:
        typer.echo("  已更正：以后的普通报送不再改变它")
    if record.replaces:
        typer.echo(f"  更正自：{record.replaces}")


def _say_values(values: Mapping[str, str]) -> None:
    for title, value in values.items():
        typer.echo(f"    {title}：{value}")


def _spelled(credit_code: str | None) -> str | None:
    """Refuse here what no platform need be asked for."""
    return asked_legal_person(credit_code).number if credit_code else None


def _secret(what: str) -> str:
    """Ask without echo; a number on the command line would stay in the shell's history."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True)).strip()
    return sys.stdin.readline().strip()
