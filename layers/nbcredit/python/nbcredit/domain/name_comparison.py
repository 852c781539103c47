"""Where the names of two organisations agree and where they differ, in words (A8.4).

A name has a region, a trade name (字号), an industry and a legal form, and parts in brackets. What
is said here helps somebody decide; nothing is merged because of it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Final, Self

from nbcredit.domain.names import matching_form

# What a row calls one party; longer endings first, so that the longest that fits is found.
_LEGAL_FORMS: Final = tuple(
    sorted(
        (
            "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "子公司",
            "集团公司", "公司", "普通合伙企业", "有限合伙企业", "合伙企业", "个人独资企业",
            "农民专业合作社", "专业合作社", "合作社", "联合社", "事务所", "工作室", "经营部",
            "营业部", "门市部", "服务部", "经销部", "便利店", "专卖店", "商店", "商行", "超市",
            "小吃店", "餐馆", "饭店", "酒店", "药店", "诊所", "厂", "店", "部", "行", "中心",
            "学校", "幼儿园", "医院", "研究院", "研究所", "协会", "学会", "商会", "基金会",
            "委员会", "办事处", "管理局", "局", "所", "院", "社",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
_INDUSTRY: Final = (
    "贸易|商贸|经贸|工贸|外贸|进出口|国际|实业|投资|控股|科技|技术|信息|网络|软件|电子|电器|电气|"
    "通信|智能|机械|精密|设备|制造|模具|五金|汽车|配件|零部件|新材料|材料|塑料|橡胶|化工|石化|能源|"
    "环保|生物|医药|医疗|器械|食品|餐饮|农业|水产|纺织|服饰|服装|针织|家具|建筑|建设|工程|装饰|装修|"
    "建材|房地产|置业|物业|管理|物流|货运|运输|船舶|航运|仓储|供应链|咨询|服务|文化|传播|传媒|广告|"
    "创意|设计|教育|培训|旅游|体育|健康|美容|电力|水务|燃气|检测|租赁|金融|保险|劳务|人力资源|商务|"
    "百货|日用品|印务|包装"
)
_PLACES: Final = (
    "海曙|江东|江北|北仑|镇海|鄞州|奉化|象山|宁海|余姚|慈溪|杭州湾新区|大榭|东钱湖|高新区|保税区|"
    "前湾新区"
)
_REGION: Final = re.compile(
    rf"(?:中国|浙江省?|宁波市?|(?:{_PLACES})[区县市]?"
    r"|[\u4e00-\u9fff]{2,3}?[省市县区](?=.{2}))"
)
_TRADE_OF: Final = re.compile(rf"(?P<trade>.+?)(?P<industry>(?:{_INDUSTRY})+)")
_BRANCH: Final = re.compile(r"(?P<head>.+?公司)(?P<branch>.+)")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")

# Letters of other alphabets that cannot be told from a Latin one at sight.
_LATIN: Final[Mapping[str, str]] = dict(
    zip(
        "АВЕЅІЈКМНОРСТХҮЗаеіјорсухѕԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρυ",
        "ABESIJKMHOPCTXY3aeijopcyxsqwABEZHIKMNOPTYXaovpu",
        strict=True,
    )
)
_SCRIPTS: Final[Mapping[str, str]] = {"CYRILLIC": "西里尔字母", "GREEK": "希腊字母"}
_MOST_LOOKALIKES: Final = 3
# Signs that are taken for each other in handwriting and small print.
_TWINS: Final = tuple(
    frozenset(group)
    for group in (
        "己已巳", "未末", "土士", "日曰", "人入八", "千干于", "戊戌戍", "天夭", "大太犬", "今令",
        "晴睛", "柏拍", "茶荼", "治冶", "侯候", "汨汩", "钧钓", "祥详", "洋样", "宏弘",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameParts:
    """An organisation's name, taken apart; a part that it does not have is empty."""

    region: str
    trade: str
    industry: str
    form: str
    branch: str
    brackets: str

    @classmethod
    def of(cls, name: str) -> Self:
        folded = matching_form(name)
        brackets = "、".join(part for part in _BRACKETS.findall(folded) if part)
        rest = _BRACKETS.sub("", folded)
        whole = _BRANCH.fullmatch(rest)
        rest, branch = (whole["head"], whole["branch"]) if whole else (rest, "")
        form = next((each for each in _LEGAL_FORMS if rest.endswith(each) and rest != each), "")
        rest = rest.removesuffix(form)
        region = ""
        while (match := _REGION.match(rest)) and match.end() < len(rest):
            region, rest = region + match[0], rest[match.end() :]
        named = _TRADE_OF.fullmatch(rest)
        trade, industry = (named["trade"], named["industry"]) if named else (rest, "")
        return cls(region, trade, industry, form, branch, brackets)

    @property
    def titled(self) -> Mapping[str, str]:
        return {
            "行政区划": self.region,
            "字号": self.trade,
            "行业": self.industry,
            "组织形式": self.form,
            "分支机构": self.branch,
            "括号内": self.brackets,
        }


def agree(told: str, known: str) -> bool:
    """Whether two names are one: brackets, width, white space and case do not count."""
    return matching_form(told) == matching_form(known)


def among(told: str, names: Sequence[str]) -> bool:
    return any(agree(told, each) for each in names)


def explained(told: str, known: str) -> str:
    """Say in one line which parts of the names agree and which differ."""
    if agree(told, known):
        return "名称一致"
    return "；".join(_findings(told, known))


def _findings(told: str, known: str) -> Iterator[str]:
    yield from islice(_lookalikes(told, known), _MOST_LOOKALIKES)
    one, other = NameParts.of(told), NameParts.of(known)
    pairs = [
        (title, part, other.titled[title])
        for title, part in one.titled.items()
        if part or other.titled[title]
    ]
    same = [f"{title}“{part}”" for title, part, counterpart in pairs if _same(part, counterpart)]
    if same:
        yield "相同：" + "、".join(same)
    yield from (
        f"{title}不同：本行{_or_none(part)}，对方{_or_none(counterpart)}"
        for title, part, counterpart in pairs
        if not _same(part, counterpart)
    )
    yield from _one_sign(matching_form(told), matching_form(known))


def _same(part: str, counterpart: str) -> bool:
    """Whether two parts say the same; 宁波 and 宁波市 are one place."""
    return (
        part == counterpart
        or (part != "" and f"{part}市" == counterpart)
        or (counterpart != "" and part == f"{counterpart}市")
    )


def _or_none(part: str) -> str:
    return f"是“{part}”" if part else "没有"


def _lookalikes(told: str, known: str) -> Iterator[str]:
    """Tell signs that only look like Latin letters, with their place."""
    for whose, name in (("本行", told), ("对方", known)):
        for place, sign in enumerate(name, 1):
            if sign in _LATIN:
                script = unicodedata.name(sign).partition(" ")[0]
                yield (
                    f"{whose}名称第 {place} 个字是{_SCRIPTS[script]}“{sign}”"
                    f"（U+{ord(sign):04X}），看起来像拉丁字母“{_LATIN[sign]}”"
                )


def _one_sign(told: str, known: str) -> Iterator[str]:
    """Tell one sign that was changed, added or left out."""
    if not (told and known) or abs(len(told) - len(known)) > 1:
        return
    edits = [
        edit
        for edit in SequenceMatcher(None, told, known, autojunk=False).get_opcodes()
        if edit[0] != "equal"
    ]
    if len(edits) != 1:
        return
    _, start, end, begin, stop = edits[0]
    mine, other = told[start:end], known[begin:stop]
    if len(mine) > 1 or len(other) > 1:
        return
    if mine and other:
        twins = "，字形相近" if any({mine, other} <= each for each in _TWINS) else ""
        yield f"只差一个字：第 {start + 1} 个字本行是“{mine}”，对方是“{other}”{twins}"
    elif mine:
        yield f"只差一个字：本行第 {start + 1} 个字“{mine}”是多出来的"
    else:
        yield f"只差一个字：本行第 {start + 1} 个字处少了“{other}”"
