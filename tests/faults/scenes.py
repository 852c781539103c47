"""Small files whose every row ends in a known way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from nbcredit.usecases.receiving import Upload
from tests.cleaning_builders import (
    ARREARS,
    PENALTY,
    PERSON,
    REGISTRATION,
    a_credit_code,
    a_resident_id,
    csv_text,
)
from tests.integration.stage import Stage

REGISTRY: Final = "legal-registration"
PENALTIES: Final = "administrative-penalty"
SOCIAL: Final = "social-insurance-arrears"

CITIZEN: Final = "郑测试"
CITIZEN_ID: Final = a_resident_id("33029919880808001")
OPERATOR: Final = "钱试营"
OPERATOR_ID: Final = a_resident_id("33029919770707002")


def company(number: int) -> str:
    """Return the credit code of one of a thousand invented companies."""
    return a_credit_code(f"91330200MA0000{number:03d}")


def csv_file(rows: Iterable[Mapping[str, str]]) -> bytes:
    return csv_text(rows).encode()


def registration(number: int, **changes: str) -> dict[str, str]:
    return {
        **REGISTRATION,
        "统一社会信用代码": company(number),
        "企业名称": f"宁波{number}号测试有限公司",
        **changes,
    }


def penalty(number: int, *, of: int = 0, **changes: str) -> dict[str, str]:
    """Return a penalty of one company; equal numbers of one company are one record."""
    return {
        **PENALTY,
        "行政相对人名称": f"宁波{of}号测试有限公司",
        "统一社会信用代码": company(of),
        "行政处罚决定书文号": f"甬市监处罚〔2026〕{number}号",
        **changes,
    }


def penalty_of_citizen(number: int, **changes: str) -> dict[str, str]:
    who = {**PERSON, "行政相对人名称": CITIZEN, "证件号码": CITIZEN_ID}
    return {**penalty(number), **who, **changes}


def penalty_of_operator(number: int, **changes: str) -> dict[str, str]:
    """Return a penalty of a sole trader without a credit code, filed under its operator."""
    trader = {
        "行政相对人名称": "海曙区试营小吃店",
        "行政相对人类别": "个体工商户",
        "统一社会信用代码": "",
        "法定代表人": OPERATOR,
        "证件类型": "身份证",
        "证件号码": OPERATOR_ID,
    }
    return {**penalty(number), **trader, **changes}


def arrears(month: str = "2026-01", **changes: str) -> dict[str, str]:
    who = {"姓名": CITIZEN, "证件号码": CITIZEN_ID, "欠费起始年月": month}
    return {**ARREARS, **who, **changes}


BLANK: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file and the duty it is reported for."""

    body: bytes
    item: str = PENALTIES
    period: str = "2026-10"
    provider: str = "scjg"
    name: str = "file.csv"

    def put(self, stage: Stage) -> Upload:
        return stage.put(
            self.body,
            provider=self.provider,
            item=self.item,
            period=self.period,
            name=self.name,
        )


def registry(rows: Sequence[Mapping[str, str]], *, period: str = "2026-10") -> Delivery:
    return Delivery(csv_file(rows), REGISTRY, period, name="registry.csv")


def penalties(
    rows: Sequence[Mapping[str, str]], *, period: str = "2026-10", provider: str = "scjg"
) -> Delivery:
    return Delivery(csv_file(rows), PENALTIES, period, provider, "penalties.csv")


# What stands in the store before the two files below arrive.
BEFORE: Final = (
    registry([registration(1), registration(2)]),
    registry([registration(3, 企业名称="宁波新名测试有限公司")], period="2026-11"),
    penalties([penalty(1, of=1), penalty(2, of=1), penalty_of_citizen(3)]),
)

# A rename, an older row, a newcomer, one as it was.
REGISTRY_FILE: Final = registry(
    [
        registration(1, 企业名称="宁波改名测试有限公司"),
        registration(3),
        registration(4),
        registration(2),
    ]
)

# Updated (a company's and a citizen's), identical, new (registered, provisional, a sole trader's),
# duplicate, conflicting, rejected, blank.
PENALTY_FILE: Final = penalties(
    [
        penalty(1, of=1, 处罚内容="罚款3000元", **{"罚款金额（万元）": "0.3"}),
        penalty(2, of=1),
        penalty_of_citizen(3, 违法事实="发布虚假广告，情节较轻。"),
        penalty(5, of=2),
        penalty(6, of=9),
        penalty_of_operator(7),
        penalty(5, of=2),
        penalty(5, of=2, 违法事实="另一种说法。"),
        penalty(8, of=2, 处罚决定日期="2026-13-01"),
        BLANK,
        penalty(9, of=2),
    ]
)


def stored_before(stage: Stage) -> None:
    """Let the files of `BEFORE` come in, a day before the others."""
    for delivery in BEFORE:
        stage.queues.uploads.append(delivery.put(stage))
        stage.run()
    stage.clock.forward(timedelta(days=1))
