"""A draft of an item's schema from off-catalogue information, for the office to complete (A5.2)."""

from collections.abc import Mapping
from typing import Any, Final

from nbcredit.domain.catalogue import Item
from nbcredit.domain.off_catalogue import Information
from nbcredit.domain.subjects import SubjectKind

ORGANISATION: Final = "法人及非法人组织"
PERSON: Final = "自然人"

# What nobody but the office can decide; until it has, the stricter answer stands in the draft.
TO_COMPLETE: Final = (
    "核定公开属性和共享属性：草案从严写为依授权查询、有条件共享。",
    "核定公示期限：草案写为自认定日期起三年。",
    "核定报送频率：草案写为每月。",
    "核定报送单位：草案只有报送该信息的单位。",
    "核对区分记录的字段：草案为文书号和认定机关。",
    "补充专有的字段和可识别的其他表头，删去不需要的字段。",
)


def draft_of(information: Information, *, code: str, name: str, model: Item) -> dict[str, Any]:
    """Return a schema that could be published as it is; regions are spelled as in a `model`."""
    kinds = {key.kind for key in information.subjects} or set(SubjectKind)
    persons, organisations = (
        SubjectKind.NATURAL_PERSON in kinds,
        SubjectKind.LEGAL_PERSON in kinds,
    )
    parts = {
        **_PARTY,
        **(_KIND if persons and organisations else {}),
        **(_OF_ORGANISATIONS if organisations else {}),
        **(_OF_PERSONS if persons else {}),
        **_OF_ALL,
        "region": {**model.schema["properties"][model.region_field], "x-form": "region"},
        **_REMARKS,
    }
    draft = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:nbcredit:catalogue:draft:{code}",
        "title": name,
        "description": f"{information.title}。归集依据：{information.legal_basis}",
        "type": "object",
        "x-item": {
            "code": code,
            "name": name,
            "providers": [information.provider],
            "subjects": _ways(persons=persons, organisations=organisations),
            "disclosure": "authorised",
            "sharing": "conditional",
            "sharingReason": "草案，待市信用办核定",
            "validity": {"from": "recorded_on", "years": 3},
            "updateFrequency": "monthly",
            "naturalKey": ["reference", "authority_name"],
            "region": {
                "field": "region",
                "authority": "authority_code",
                "authorityName": "authority_name",
            },
            "rules": _rules(persons=persons),
        },
        "properties": parts,
        "required": _required(persons=persons, organisations=organisations),
        "additionalProperties": False,
    }
    if persons:
        draft["allOf"] = _conditions(organisations=organisations)
    return draft


def _ways(*, persons: bool, organisations: bool) -> list[dict[str, Any]]:
    organisation = {"kind": "legal-person", "number": "credit_code", "name": "party_name"}
    person = {
        "kind": "natural-person",
        "number": "document_number",
        "documentType": "document_type",
        "name": "party_name",
    }
    if persons and organisations:
        return [
            {**organisation, "when": {"party_kind": [ORGANISATION]}},
            {**person, "when": {"party_kind": [PERSON]}},
        ]
    return [person if persons else organisation]


def _required(*, persons: bool, organisations: bool) -> list[str]:
    if persons and organisations:
        subject = ["party_name", "party_kind"]
    elif persons:
        subject = ["party_name", "document_type", "document_number"]
    else:
        subject = ["party_name", "credit_code"]
    return [*subject, "reference", "content", "recorded_on", "authority_name"]


def _rules(*, persons: bool) -> list[dict[str, str]]:
    told = [
        {"rule": "not-after-today", "field": "recorded_on"},
        {"rule": "not-before", "field": "valid_until", "than": "recorded_on"},
    ]
    if persons:
        told += [
            {"rule": "resident-id", "type": "document_type", "number": "document_number"},
            {"rule": "known-values", "field": "document_type"},
        ]
    return told


def _conditions(*, organisations: bool) -> list[dict[str, Any]]:
    resident = {
        "if": {"properties": {"document_type": {"const": "身份证"}}, "required": ["document_type"]},
        "then": {"properties": {"document_number": {"format": "resident-id"}}},
    }
    if not organisations:
        return [resident]
    return [
        _when(ORGANISATION, ["credit_code"]),
        _when(PERSON, ["document_type", "document_number"]),
        resident,
    ]


def _when(kind: str, required: list[str]) -> dict[str, Any]:
    told = {"properties": {"party_kind": {"const": kind}}, "required": ["party_kind"]}
    return {"if": told, "then": {"required": required}}


_NUMBERS: Final = r"^(?![0-9](\.[0-9]+)?E\+[0-9]+$)"
_Parts = Mapping[str, Mapping[str, Any]]


def _text(title: str, description: str, form: str, length: int, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "type": "string",
        "x-form": form,
        "maxLength": length,
        **more,
    }


def _date(title: str, description: str) -> dict[str, Any]:
    return {
        "title": title,
        "description": f"{description}，写成 2026-01-05 这样的格式。",
        "type": "string",
        "x-form": "date",
        "format": "date",
    }


def _credit_code(title: str, description: str, *aliases: str) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "type": "string",
        "x-form": "credit-code",
        "format": "credit-code",
        **({"x-aliases": list(aliases)} if aliases else {}),
    }


_PARTY: Final[_Parts] = {"party_name": _text("主体名称", "单位全称或个人姓名。", "name", 200)}
_KIND: Final[_Parts] = {
    "party_kind": _text(
        "主体类别",
        f"组织填“{ORGANISATION}”，个人填“{PERSON}”。",
        "choice",
        100,
        enum=[ORGANISATION, PERSON],
    )
}
_OF_ORGANISATIONS: Final[_Parts] = {
    "credit_code": _credit_code(
        "统一社会信用代码", "主体的 18 位统一社会信用代码，不得用 * 遮盖。", "社会信用代码"
    )
}
_OF_PERSONS: Final[_Parts] = {
    "document_type": _text(
        "证件类型",
        "居民身份证填“身份证”。",
        "choice",
        64,
        **{"x-known": ["身份证", "护照号"], "x-synonyms": {"居民身份证": "身份证"}},
    ),
    "document_number": _text(
        "证件号码",
        "填完整的号码，不得用 * 遮盖，表格中请设为文本格式。",
        "identity",
        64,
        pattern=f"{_NUMBERS}[^*]*$",
        **{"x-aliases": ["身份证号", "身份证号码"], "x-sensitivity": "personal"},
    ),
}
_OF_ALL: Final[_Parts] = {
    "reference": _text("文书号", "认定文书或登记的编号。", "reference", 128),
    "content": _text("信息内容", "认定的事实和结论；不要写个人的证件号码。", "text", 4000),
    "recorded_on": _date("认定日期", "作出认定的日期，不得晚于今天"),
    "valid_until": _date("有效期至", "有截止日期的填写"),
    "authority_name": _text("认定机关", "认定机关的全称，请与机构名录一致。", "name", 200),
    "authority_code": _credit_code(
        "认定机关统一社会信用代码", "认定机关的 18 位统一社会信用代码。"
    ),
}
_REMARKS: Final[_Parts] = {
    "remarks": _text("备注", "需要说明的其他情况；没有的不填。", "text", 4000)
}
