"""The command `nbcredit`."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nbcredit.command.accounts import accounts
from nbcredit.command.audits import audit
from nbcredit.command.calendars import calendar
from nbcredit.command.cases import case, cases, decide
from nbcredit.command.catalogue_drafts import compare, draft
from nbcredit.command.catalogues import catalogue
from nbcredit.command.certificates import certificates
from nbcredit.command.cleaning import clean
from nbcredit.command.connection import find
from nbcredit.command.desk import Desk, Platform
from nbcredit.command.directories import organisations
from nbcredit.command.duties import duties, inbox, period_app, zero
from nbcredit.command.exchange import exchange
from nbcredit.command.feedback import feedback
from nbcredit.command.off_catalogue import off_catalogue
from nbcredit.command.queues import queues, redrive
from nbcredit.command.records import records, trace, verify
from nbcredit.command.reporting import report, withdraw
from nbcredit.command.samples import sample
from nbcredit.command.shell import Command, new_app
from nbcredit.command.statuses import status
from nbcredit.command.supervision import (
    obligations,
    punctuality,
    regions,
    urge,
    worklists,
)
from nbcredit.command.templates import template
from nbcredit.command.uploads import upload

app = new_app("宁波市公共信用信息平台：报送、查询和运维。")


@app.callback()
def start(
    context: typer.Context,
    *,
    stack: Annotated[
        str | None,
        typer.Option(
            metavar="堆栈",
            help="CloudFormation 堆栈名；不写则用环境变量 NBCREDIT_STACK，再没有则用本机云。",
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="区域", help="堆栈所在区域，如 cn-north-1。")
    ] = None,
    caller: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="账号", help="以哪个账号操作，会记入审计；不写则用系统用户名。"
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            metavar="单位",
            help="代表哪个单位操作；不写则报送时为报送单位，发布和检查目录时为市信用办，其余为信用中心。",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示技术细节。")] = False,
) -> None:
    def connect() -> Platform:
        return Platform(find(stack=stack, region=region, environment=os.environ, folder=Path.cwd()))

    # Tests hand in a desk of their own; who acts still comes from the options.
    given = context.obj if isinstance(context.obj, Desk) else Desk(connect=connect)
    context.obj = replace(given, caller_id=caller or "", organisation=organisation, debug=debug)


for _command, _help in (
    (
        upload,
        (
            "上传文件并查看入库结果。\n\n"
            "退出码：0 全部接收；1 有行被退回或待比对；2 文件被退回或出错。"
        ),
    ),
    (
        clean,
        "上传前在本机检查，规则与平台相同。\n\n退出码：0 通过；1 有行被退回；2 文件被退回或出错。",
    ),
    (
        report,
        (
            "直接报送最多 100 条记录，立即得到结果。\n\n"
            "退出码：0 全部接收；1 有被退回或待比对的；2 出错。"
        ),
    ),
    (withdraw, "撤回记录：不再公示，档案中保留历史和理由；本单位撤回本单位的，信用中心都可以。"),
    (status, "查看一个批次的结果，或一个单位最近的批次。"),
    (cases, "列出待处理的比对疑问：有疑问的行在处理之前不入库。"),
    (case, "查看一件比对疑问：本行与候选主体并排比较，说明名称哪里相同、哪里不同。"),
    (
        decide,
        "处理一件比对疑问：按本行入库、入到候选主体名下，或不入库；要写明理由，处理后不能更改。",
    ),
    (records, "查询一个主体现有的信用记录。"),
    (verify, "比对验证：名称、登记状态是否与库中一致，只回答结论。退出码：0 一致；1 其他。"),
    (trace, "追溯一条记录：哪个单位、哪个文件、第几行，替换过什么。"),
    (
        sample,
        "生成虚构的报送文件，用来试用和测试。\n\n姓名、企业和号码都是虚构的：校验码正确，但不属于任何人。",
    ),
    (template, "生成目录项的报送模板（Excel 工作簿），填好后可以直接上传。"),
    (
        duties,
        "查看一个报送期的报送情况和本单位待办；写事项编号则说明其期限怎么来的。",
    ),
    (zero, "零报告：报送期内没有产生信用信息；已有数据的不能报，重复执行结果不变。"),
    (inbox, "查看本单位的消息：提醒、通知。"),
    (worklists, "列出各类待办的数量、逾期数和最早的一件，最急的在前。"),
    (obligations, "按期限列出未完成的事项：全部单位的，或一个单位的。"),
    (urge, "催办一个未完成的事项：对方收到消息，记入其报送情况；每个事项一天一次。"),
    (punctuality, "查看一个单位一个月的报送情况：按时、迟报、退回率、反馈和催办。"),
    (regions, "按区域汇总报送情况；区县看本区域的。"),
    (queues, "查看各队列和死信队列的积压。"),
    (redrive, "把死信逐条放回原队列重新处理；可以放心重复执行。"),
):
    app.command(cls=Command, help=_help)(_command)
app.add_typer(exchange, name="exchange")
app.add_typer(off_catalogue, name="off-catalogue")
catalogue.command(
    "compare", cls=Command, help="与现行目录逐项比较：新增、删除、修改了什么，报送单位要改什么。"
)(compare)
catalogue.command(
    "draft", cls=Command, help="由一条目录外信息起草目录项，由市信用办补充后检查、发布。"
)(draft)
app.add_typer(catalogue, name="catalogue")
app.add_typer(organisations, name="organisations")
app.add_typer(audit, name="audit")
app.add_typer(accounts, name="accounts")
app.add_typer(certificates, name="certificates")
app.add_typer(feedback, name="feedback")
app.add_typer(calendar, name="calendar")
app.add_typer(period_app, name="period")


def main() -> None:
    """Run the command line."""
    app(prog_name="nbcredit")
