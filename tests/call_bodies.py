"""A body for every call that there is, put together from what its fields are called."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from nbcredit.wire.any_call import AnyCall
from nbcredit.wire.calls import Call

CALLS: Final[Mapping[str, type[Call]]] = {
    each.model_fields["call"].default: each for each in get_args(get_args(AnyCall)[0])
}
# What is filled in although the call would do without: whose information it is about.
NAMES_WHOM: Final = ("provider", "organisation", "credit_code")
_OURS: Final = ("caller", "call", "purpose")
_SEEN: Final = "2026-11-02T01:00:00Z"

# Well-formed, and the name of nothing.
NOTHING: Final[Mapping[str, Any]] = {
    "submission": "01JBN0000000000000000000ZZ",
    "obligation": "feedback/01JBN0000000000000000000ZZ",
    "feedback": "01JBN0000000000000000000ZZ",
    "case": "01JBN0000000000000000000ZZ-3",
    "record": f"LP-91330200MA0000999X.administrative-penalty.{'0' * 32}",
    "information": "yuyao-tax.AAAAAAAAAAAAAAAA",
    "post": "PAAAAAAAAAAAAAAAA",
    "account": "yuyao-tax.000000",
}

_FILLED: Final[Mapping[str, Any]] = {
    **NOTHING,
    "accounts": [NOTHING["account"]],
    "records": [NOTHING["record"]],
    "provider": "scjg",
    "organisation": "scjg",
    "organisations": [
        {
            "code": "made-up",
            "name": "虚构单位",
            "kind": "department",
            "credit_code": "11330200MB1000018J",
            "region": "330200",
        }
    ],
    "credit_code": "91330200MA0000999X",
    "item": "administrative-penalty",
    "period": "2026-10",
    "month": "2026-10",
    "year": 2026,
    "start": "2026-11-02",
    "days": 5,
    "since": _SEEN,
    "until": _SEEN,
    "effective_from": "2027-01-01",
    "version": "2027-1",
    "schemas": {},
    "item_schema": None,
    "document": {},
    "claims": {"企业名称": "虚构"},
    "rows": [1],
    "row": 1,
    "answer": "confirmed",
    "accept": True,
    "decision": "drop",
    "reason": "与决定书核对过",
    "question": "请核实这条记录",
    "title": "通知",
    "text": "请按新口径报送。",
    "to": {"organisations": ["fy"]},
    "legal_basis": "某条例",
    "description": "某事项",
    "name": "虚构之人",
    "kind": "person",
    "roles": ["reporter"],
    "use": "按月报送",
    "content": "YQ==",
    "file": {"name": "a.csv", "size": 1},
    "request": "-----BEGIN CERTIFICATE REQUEST-----",
}
_OF_CALL: Final[Mapping[str, Mapping[str, Any]]] = {"report-rows": {"rows": [{"案号": "1"}]}}


def body_of(name: str, **told: Any) -> dict[str, Any]:
    """Return a body that is understood; of `told` it takes what the call has a field for."""
    fields = CALLS[name].model_fields
    needed = [each for each in fields if fields[each].is_required() and each not in _OURS]
    filled = {
        each: {**_FILLED, **_OF_CALL.get(name, {})}[each]
        for each in (*needed, *(whom for whom in NAMES_WHOM if whom in fields))
    }
    return {"purpose": "核对数据", **filled, **{key: told[key] for key in told if key in fields}}


def calls_with(*fields: str) -> Iterable[str]:
    """Return the names of the calls that have one of the fields."""
    return sorted(name for name, call in CALLS.items() if set(fields) & set(call.model_fields))
