"""The files of the demonstration, invented, each with what must become of it."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from infra.local.demonstration.sheets import as_records, csv_file, workbook
from nbcredit.domain.catalogue import Item
from nbcredit.domain.issues import IssueCode
from nbcredit.domain.periods import Period
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import State
from nbcredit.domain.upload_keys import UploadKey
from nbcredit.samples.files import Spoiled, generate

_SEED: Final = 20260101
_CITIZENS: Final = 240
REGISTRATION: Final = "legal-registration"
PENALTY: Final = "administrative-penalty"
ARREARS: Final = "social-insurance-arrears"
LICENCE: Final = "administrative-licence"
DEBTORS: Final = "dishonest-judgment-debtor"
RATINGS: Final = "tax-rating-a"
UTILITIES: Final = "utility-arrears"
CODE: Final = "统一社会信用代码"
NAME: Final = "行政相对人名称"
DECISION: Final = "行政处罚决定书文号"
PERSON: Final = "证件号码"
_ADDED: Final = "第二分公司"
_LEFT_OUT: Final = "处罚决定日期"


_ENFORCEMENT: Final[Mapping[str, Any]] = {"authority": "zfj", "subjects": _CITIZENS - 11}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One file, and how it must end."""

    title: str
    provider: str
    item: str
    name: str
    content: bytes
    records: Sequence[Mapping[str, str]]
    encoding: str = "utf-8"
    state: State = State.SETTLED
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    problems: frozenset[tuple[int, IssueCode]] = frozenset()

    def key(self, period: Period) -> str:
        return str(UploadKey(self.provider, self.item, str(period), self.name))

    def row(self, fits: Callable[[Mapping[str, str]], bool]) -> int:
        """Return the number, as a spreadsheet shows it, of the first record that fits."""
        return next(n for n, record in enumerate(self.records, start=2) if fits(record))


@dataclass(frozen=True, slots=True)
class Papers:
    """All files of the demonstration."""

    registry: Paper
    right: Paper
    partly_wrong: Paper
    wholly_wrong: Paper
    old_encoding: Paper
    workbook: Paper
    court: Paper
    ratings: Paper
    enterprise: Paper
    misnamed: Paper
    repeated: Paper
    corrected: Paper
    corrections: Sequence[int]
    reworked: Paper
    past: Paper
    batch: Paper

    @property
    def first(self) -> Sequence[Paper]:
        """What comes in at the same time, once the registry is in."""
        return (
            self.right,
            self.partly_wrong,
            self.wholly_wrong,
            self.old_encoding,
            self.workbook,
            self.court,
            self.ratings,
            self.enterprise,
            self.misnamed,
            self.repeated,
        )


def invent(schemas: Mapping[str, Mapping[str, Any]], *, version: str, today: date) -> Papers:
    """Return the files, the same for the same day."""
    items = {code: Item.from_schema(schemas[code], version=version) for code in schemas}
    desk = _Desk(items, today)
    right = desk.paper(
        "全部正确", provider="sthjj", item=PENALTY, name="生态环境处罚.csv", rows=120,
        authority="sthjj",
    )  # fmt: skip
    corrected, corrections = desk.correction_of(right)
    partly_wrong = desk.paper(
        "部分有误",
        provider="zfj",
        item=PENALTY,
        name="综合执法处罚.csv",
        rows=200,
        bad_share=0.12,
        repeat_share=0.03,
        blank_share=0.02,
        **_ENFORCEMENT,
    )
    return Papers(
        registry=desk.paper(
            "登记信息", provider="scjg", item=REGISTRATION, name="法人登记.csv", rows=_CITIZENS
        ),
        right=right,
        partly_wrong=partly_wrong,
        wholly_wrong=desk.without_column(
            "整份有误", provider="yjj", item=PENALTY, name="应急处罚.csv", rows=40, authority="yjj"
        ),
        old_encoding=desk.paper(
            "GB18030 编码", provider="rsj", item=ARREARS, name="社保欠费.csv", rows=150,
            encoding="gb18030",
        ),
        workbook=desk.workbook(
            "Excel 工作簿", provider="zjj", item=LICENCE, name="建设许可.xlsx", rows=90,
            authority="zjj", bad_share=0.05,
        ),
        court=desk.paper(
            "法院报送", provider="fy", item=DEBTORS, name="失信被执行人.csv", rows=60,
            encoding="gb18030",
        ),
        ratings=desk.paper(
            "税务报送", provider="swj", item=RATINGS, name="A级纳税人.csv", rows=110,
        ),
        enterprise=desk.paper(
            "公用企业报送", provider="slj", item=UTILITIES, name="水费欠缴.csv", rows=70,
        ),
        misnamed=desk.misnamed(
            "名称有疑问", provider="jtj", item=PENALTY, name="交通处罚.csv", rows=40,
            authority="jtj",
        ),
        repeated=desk.paper(
            "重复上传", provider="scjg", item=PENALTY, name="市场监管处罚.csv", rows=80,
            authority="scjg", subjects=_CITIZENS - 29,
        ),
        corrected=corrected,
        corrections=corrections,
        # What the rows of the first file would have been without their mistakes.
        reworked=desk.paper(
            "改好的行", provider="zfj", item=PENALTY, name="综合执法处罚（改好）.xlsx", rows=200,
            **_ENFORCEMENT,
        ),
        past=desk.paper(
            "补报", provider="sthjj", item=PENALTY, name="生态环境处罚（补报）.csv", rows=30,
            authority="sthjj", subjects=_CITIZENS - 7,
        ),
        batch=desk.paper(
            "接口报送", provider="yjj", item=PENALTY, name="", rows=3, authority="yjj",
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Desk:
    """Writes files of the items in force."""

    items: Mapping[str, Item]
    today: date

    def paper(
        self,
        title: str,
        *,
        provider: str,
        item: str,
        name: str,
        rows: int,
        encoding: str = "utf-8",
        **shares: Any,
    ) -> Paper:
        spoiled: list[Spoiled] = []
        table = self._table(item, rows=rows, report=spoiled.append, **shares)
        ended = Counter(each.outcome for each in spoiled)
        ended[Outcome.NEW] = rows - sum(ended.values())
        return Paper(
            title=title,
            provider=provider,
            item=item,
            name=name,
            content=csv_file(table, encoding),
            records=as_records(table),
            encoding=encoding,
            outcomes=ended,
            problems=frozenset((each.row, each.code) for each in spoiled if each.code),
        )

    def workbook(self, title: str, *, item: str, **rest: Any) -> Paper:
        """Return a file as somebody fills it in with a spreadsheet, dates being dates."""
        paper = self.paper(title, item=item, **rest)
        table = list(csv.reader(io.StringIO(paper.content.decode(), newline="")))
        forms = {field.title: field.form for field in self.items[item].fields.values()}
        return replace(paper, content=workbook(table, forms), encoding="")

    def without_column(self, title: str, *, rows: int, item: str, **rest: Any) -> Paper:
        """Return a file whose provider forgot a required column."""
        authority = rest.pop("authority")
        table = self._table(item, rows=rows, authority=authority)
        place = table[0].index(_LEFT_OUT)
        cut = [row[:place] + row[place + 1 :] for row in table]
        return Paper(
            title=title,
            item=item,
            content=csv_file(cut, "utf-8"),
            records=as_records(cut),
            state=State.REFUSED,
            problems=frozenset({(1, IssueCode.MISSING_COLUMN)}),
            **rest,
        )

    def misnamed(self, title: str, *, rows: int, item: str, **rest: Any) -> Paper:
        """Return a file in which two organisations go by other names than they registered."""
        authority = rest.pop("authority")
        table = self._table(item, rows=rows, authority=authority)
        header = table[0]
        name, code = header.index(NAME), header.index(CODE)
        known = [number for number, row in enumerate(table[1:], start=2) if row[code]][:2]
        for number in known:
            table[number - 1][name] += _ADDED
        return Paper(
            title=title,
            item=item,
            content=csv_file(table, "utf-8"),
            records=as_records(table),
            outcomes={Outcome.HELD: len(known), Outcome.NEW: rows - len(known)},
            problems=frozenset((number, IssueCode.KNOWN_BY_OTHER_NAME) for number in known),
            **rest,
        )

    def correction_of(self, paper: Paper) -> tuple[Paper, Sequence[int]]:
        """Return the next report of the same records, and the rows that differ in it."""
        rows = len(paper.records)
        table = self._table(paper.item, rows=rows, authority=paper.provider, revised_share=0.1)
        records = as_records(table)
        changed = [
            number
            for number, (old, new) in enumerate(zip(paper.records, records, strict=True), start=2)
            if old != new
        ]
        outcomes = {Outcome.UPDATED: len(changed), Outcome.IDENTICAL: rows - len(changed)}
        made = Paper(
            title="更正",
            provider=paper.provider,
            item=paper.item,
            name="生态环境处罚（更正）.csv",
            content=csv_file(table, "utf-8"),
            records=records,
            outcomes=outcomes,
        )
        return made, changed

    def _table(self, item: str, *, rows: int, **rest: Any) -> list[list[str]]:
        return list(
            generate(
                self.items[item], rows=rows, seed=_SEED, today=self.today,
                **({"subjects": _CITIZENS} | rest),
            )
        )  # fmt: skip
