"""What a provider is told about each column of an item, in words and without any layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.conditions import condition_in_words

REQUIRED: Final = "必填"
OPTIONAL: Final = "选填"

_FORMS: Final = {
    "text": "文字",
    "name": "名称或姓名，与证照上的一致",
    "reference": "文号，照原件填写",
    "code": "号码，填写完整，不要写成科学计数",
    "credit-code": "18 位统一社会信用代码",
    "identity": "证件号码，填写完整，不要用 * 遮盖",
    "date": "日期，写成 2026-10-01",
    "open-date": "日期，写成 2026-10-01；没有期限的写“长期”",
    "month": "年月，写成 2026-10",
    "choices": "从可选值中选；有多项时用分号（；）分隔",
    "region": "从下拉列表中选 6 位区划代码",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One column as its reader meets it: what it is called and how it is filled in."""

    field: Field
    required: bool
    # Whether, and when, the column has to be filled in.
    need: str
    # Its form, with the limit on its length.
    how: str
    options: tuple[str, ...]
    # Whether a value that is not among the options is refused.
    closed: bool
    note: str
    example: str

    @property
    def header(self) -> str:
        return f"{self.field.title}*" if self.required else self.field.title


def guides(item: Item) -> tuple[Guide, ...]:
    """Return the guides of an item's columns, in the item's order."""
    required = frozenset(item.schema["required"])
    conditions = tuple(_conditions(item))
    return tuple(
        Guide(
            field=field,
            required=name in required,
            need=REQUIRED
            if name in required
            else "；".join(said for named, said in conditions if named == name) or OPTIONAL,
            how="，".join(part for part in (_form(field), _limit(field)) if part),
            options=_options(field),
            closed="enum" in field.schema,
            note=field.schema.get("description", ""),
            example=_example(field),
        )
        for name, field in item.fields.items()
    )


def _form(field: Field) -> str:
    if field.form == "amount":
        unit, decimals = field.schema["x-unit"], field.schema["x-decimals"]
        return f"金额，单位{unit}，只写数字，最多 {decimals} 位小数"
    if field.form == "choice":
        closed = "enum" in field.schema
        return "从下拉列表中选一项" if closed else "一般从下拉列表中选一项，没有的可以直接写"
    return _FORMS[field.form]


def _limit(field: Field) -> str:
    most = field.schema.get("maxLength")
    return f"最多 {most} 个字" if most and "enum" not in field.schema else ""


def _options(field: Field) -> tuple[str, ...]:
    schema = field.schema
    return tuple(
        schema.get("enum") or schema.get("items", {}).get("enum") or schema.get("x-known", ())
    )


def _example(field: Field) -> str:
    examples = field.schema.get("examples") or ("",)
    first = examples[0]
    return "；".join(map(str, first)) if isinstance(first, list) else str(first)


def _conditions(item: Item) -> Iterator[tuple[str, str]]:
    """Yield each field that is required under a condition, with the condition in words."""
    for condition in item.schema.get("allOf", ()):
        when, then = condition_in_words(condition["if"], item.fields), condition["then"]
        for name in then.get("required", ()):
            yield name, f"{when}时必填"
        names = [name for way in then.get("anyOf", ()) for name in way["required"]]
        titles = "、".join(item.fields[name].title for name in names)
        for name in names:
            yield name, f"{when}时，{titles}至少填一项"
