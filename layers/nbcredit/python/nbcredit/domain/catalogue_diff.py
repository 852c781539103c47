"""Two catalogue versions compared: what changes, and what it means for who reports (A6.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Schema = Mapping[str, Any]


class ChangeKind(StrEnum):
    """What happened to an item or a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    ChangeKind.ADDED: "新增",
    ChangeKind.REMOVED: "删除",
    ChangeKind.CHANGED: "修改",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a change means in Chinese; `breaks` where files that were right may not be any more."""

    text: str
    breaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that was added, removed or changed."""

    kind: ChangeKind
    field: str
    title: str
    meanings: Sequence[Meaning]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """An item that was added, removed or changed, with its fields."""

    kind: ChangeKind
    item: str
    name: str
    meanings: Sequence[Meaning]
    fields: Sequence[FieldChange] = ()

    @property
    def breaks(self) -> bool:
        """Whether its providers have to change their files."""
        told = [*self.meanings, *(each for field in self.fields for each in field.meanings)]
        return any(each.breaks for each in told)


def compare(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[ItemChange]:
    """Return every item that differs, by its code."""
    found = (_item(code, old.get(code), new.get(code)) for code in sorted({*old, *new}))
    return [each for each in found if each is not None]


def _item(code: str, old: Schema | None, new: Schema | None) -> ItemChange | None:
    if old is None and new is not None:
        own = new["x-item"]
        who = "、".join(sorted(own["providers"]))
        told = [Meaning(f"由 {who} 报送，需要准备新的报送文件。", breaks=True)]
        return ItemChange(kind=ChangeKind.ADDED, item=code, name=own["name"], meanings=told)
    if new is None and old is not None:
        told = [Meaning("不再报送；已入库的记录保留，新的文件会被退回。", breaks=True)]
        name = old["x-item"]["name"]
        return ItemChange(kind=ChangeKind.REMOVED, item=code, name=name, meanings=told)
    if old is None or new is None:
        return None
    meanings, fields = list(_own(old, new)), list(_fields(old, new))
    if not meanings and not fields:
        return None
    return ItemChange(
        kind=ChangeKind.CHANGED,
        item=code,
        name=new["x-item"]["name"],
        meanings=meanings,
        fields=fields,
    )


def _own(old: Schema, new: Schema) -> Iterator[Meaning]:
    """Yield what changes of the item itself."""
    before, after = old["x-item"], new["x-item"]
    for code in sorted(set(after["providers"]) - set(before["providers"])):
        yield Meaning(f"新增报送单位 {code}：该单位从此按期报送或零报告。", breaks=True)
    for code in sorted(set(before["providers"]) - set(after["providers"])):
        yield Meaning(f"{code} 不再报送本目录项：该单位的文件会被退回。", breaks=True)
    for key, told, breaks in _OWN:
        if before.get(key) != after.get(key):
            was, now = _said(before.get(key)), _said(after.get(key))
            yield Meaning(told.format(was=was, now=now), breaks=breaks)
    if old.get("allOf", []) != new.get("allOf", []):
        yield Meaning("按情况必填的条件有变化：请用新模板检查一次。", breaks=True)
    if old.get("description") != new.get("description"):
        yield Meaning("目录项的说明文字有变化。")


_OWN: Final[Sequence[tuple[str, str, bool]]] = (
    ("name", "名称由“{was}”改为“{now}”。", False),
    ("updateFrequency", "报送频率由 {was} 改为 {now}：报送期限随之改变。", True),
    ("disclosure", "公开属性由 {was} 改为 {now}，报送方式不变。", False),
    ("sharing", "共享属性由 {was} 改为 {now}，报送方式不变。", False),
    ("sharingReason", "有条件共享的理由有变化。", False),
    ("validity", "公示期限有变化，报送方式不变。", False),
    ("naturalKey", "区分记录的字段由 {was} 改为 {now}：更正要用新的字段组合。", True),
    ("subjects", "主体的认定方式有变化：请核对主体的代码和证件各列。", True),
    ("region", "区域的认定方式有变化。", False),
    ("registersSubjects", "是否登记主体有变化。", False),
    ("rules", "各列之间的校验规则有变化：请用新模板检查一次。", True),
)


def _fields(old: Schema, new: Schema) -> Iterator[FieldChange]:
    before, after = old["properties"], new["properties"]
    needed_before, needed_after = set(old["required"]), set(new["required"])
    for name in [*after, *(each for each in before if each not in after)]:
        was, now = before.get(name), after.get(name)
        if now is None:
            told = [Meaning("不再接收：文件中的这一列会被略过，可以删去。")]
            kind, title = ChangeKind.REMOVED, was["title"]
        elif was is None:
            must = name in needed_after
            told = [
                Meaning("必填：报送文件要增加这一列。" if must else "选填的新列。", breaks=must)
            ]
            kind, title = ChangeKind.ADDED, now["title"]
        else:
            told = list(_changed(was, now))
            told += _need(name in needed_before, now=name in needed_after)
            kind, title = ChangeKind.CHANGED, now["title"]
        if told:
            yield FieldChange(kind=kind, field=name, title=title, meanings=told)


def _need(before: bool, *, now: bool) -> Iterator[Meaning]:  # noqa: FBT001 -- a pair of the same
    if now and not before:
        yield Meaning("由选填改为必填：空着的行会被退回。", breaks=True)
    if before and not now:
        yield Meaning("由必填改为选填。")


def _changed(was: Schema, now: Schema) -> Iterator[Meaning]:
    for tell in (_headers, _options, _length):
        yield from tell(was, now)
    for key, told, breaks in _PARTS:
        if was.get(key) != now.get(key):
            yield Meaning(
                told.format(was=_said(was.get(key)), now=_said(now.get(key))), breaks=breaks
            )


_PARTS: Final[Sequence[tuple[str, str, bool]]] = (
    ("x-form", "填写形式由 {was} 改为 {now}。", True),
    ("type", "由一项改为多项，或由多项改为一项。", True),
    ("format", "格式由 {was} 改为 {now}。", True),
    ("pattern", "校验格式有变化：不符合的行会被退回。", True),
    ("minLength", "最短长度由 {was} 改为 {now}。", True),
    ("x-unit", "金额单位由 {was} 改为 {now}：请换算后填写。", True),
    ("x-decimals", "小数位数由 {was} 改为 {now}。", True),
    ("x-sensitivity", "保密程度由 {was} 改为 {now}，报送方式不变。", False),
    ("x-known", "常用值有变化，其他值仍然接收。", False),
    ("x-synonyms", "可以识别的其他写法有变化。", False),
    ("description", "填写说明有变化。", False),
)


def _headers(was: Schema, now: Schema) -> Iterator[Meaning]:
    """Yield what becomes of the column's headers: a file that uses one that is gone is refused."""
    before = {was["title"], *was.get("x-aliases", ())}
    after = {now["title"], *now.get("x-aliases", ())}
    if was["title"] != now["title"]:
        kept = was["title"] in after
        still = "原表头仍可使用。" if kept else "原表头不再识别。"
        yield Meaning(f"表头由“{was['title']}”改为“{now['title']}”：{still}", breaks=not kept)
    gone = sorted(before - after - {was["title"]})
    if gone:
        yield Meaning(f"表头“{'”“'.join(gone)}”不再识别。", breaks=True)
    added = sorted(after - before - {now["title"]})
    if added:
        yield Meaning(f"新识别表头“{'”“'.join(added)}”。")


def _options(was: Schema, now: Schema) -> Iterator[Meaning]:
    before, after = _enum(was), _enum(now)
    if before is None and after is not None:
        yield Meaning(f"改为只能从 {len(after)} 个选项中选。", breaks=True)
    elif after is None and before is not None:
        yield Meaning("不再限定选项。")
    elif before is not None and after is not None:
        gone = [each for each in before if each not in after]
        added = [each for each in after if each not in before]
        if gone:
            known = now.get("x-synonyms", {})
            lost = [each for each in gone if each not in known]
            yield Meaning(f"选项“{'”“'.join(gone)}”取消。", breaks=bool(lost))
        if added:
            yield Meaning(f"新增选项“{'”“'.join(added)}”。")


def _length(was: Schema, now: Schema) -> Iterator[Meaning]:
    before, after = was.get("maxLength"), now.get("maxLength")
    if before == after:
        return
    shorter = after is not None and (before is None or after < before)
    yield Meaning(f"最大长度由 {_said(before)} 改为 {_said(after)}。", breaks=shorter)


def _enum(part: Schema) -> Sequence[str] | None:
    found: Sequence[str] | None = part.get("enum", part.get("items", {}).get("enum"))
    return found


def _said(value: object) -> str:
    if value is None:
        return "无"
    if isinstance(value, list):
        return "、".join(map(str, value))
    return _WORDS.get(str(value), str(value))


_WORDS: Final = {
    "monthly": "每月",
    "quarterly": "每季度",
    "half-yearly": "每半年",
    "yearly": "每年",
    "realtime": "实时",
    "public": "公开",
    "authorised": "依授权",
    "unconditional": "无条件共享",
    "conditional": "有条件共享",
    "open": "一般",
    "personal": "个人信息（加密）",
}
