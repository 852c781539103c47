"""Options that several commands have, in one form and with one explanation."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
# On whose behalf an operator acts.
ActingFor = Annotated[
    str | None,
    typer.Option("--provider", metavar="单位", help="代表哪个报送单位；不写则为信用中心。"),
]
Reason = Annotated[
    str, typer.Option(metavar="理由", help="2 至 200 个字，会保存；不要写个人的号码。")
]
