"""What the catalogue asks of the workload, spelled out by hand for the peers.

Only what some row of the workload needs is here. That favours the peers: the engine also looks for
words that stand for nothing, invisible characters, amounts in the wrong unit, and says in a
sentence what is wrong with each cell.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from tests.bench.workload import COLUMNS
from tests.cleaning_builders import TODAY as _TODAY

TODAY: Final[date] = _TODAY
NAMES: Final = COLUMNS
CODES: Final = ("credit_code", "authority_code", "source_code")
OPTIONAL: Final = frozenset({"fine_amount", "publication_until"})
LENGTHS: Final[Mapping[str, int]] = {
    "party_name": 200,
    "decision_number": 128,
    "violation_type": 4000,
    "facts": 4000,
    "legal_basis": 4000,
    "penalty_content": 4000,
    "authority_name": 200,
    "source_name": 200,
}
# A natural person must show a document, for which the workload has no column.
PARTY_KINDS: Final = ("法人及非法人组织", "个体工商户")
PENALTY_KINDS: Final = (
    "警告",
    "罚款",
    "没收违法所得、没收非法财物",
    "责令停产停业",
    "暂扣或者吊销许可证、暂扣或者吊销执照",
    "行政拘留",
    "其他",
)
DATE_FORMATS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")
AMOUNT: Final = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
BAD_CHARACTER: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff]"
# Published for ever: what the standard writes, and what is stored.
FOR_EVER: Final = date(2099, 12, 31)
OPEN_ENDED: Final = date(9999, 12, 31)
# GB 32100-2015.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = (*(pow(3, place, 31) for place in range(17)), 1)
