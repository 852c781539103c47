"""What a provider is told of rows that are stored all the same (A5.1, A8.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbcredit.domain.catalogue import Item
from nbcredit.domain.comparison import agrees_with
from nbcredit.domain.identifiers import district_of, is_of_city
from nbcredit.domain.issues import Issue, IssueCode, Place
from nbcredit.domain.organisations import Directory
from nbcredit.domain.rows import Row
from nbcredit.domain.subjects import Subject, SubjectKind, SubjectRef, SubjectState


@dataclass(slots=True)
class Regions:
    """Tells where a record arose: its own column, else the authority's entry, else the provider's.

    An authority that is not in the directory is remarked on once, not with each of its rows.
    """

    item: Item
    directory: Directory
    provider: str
    columns: Mapping[str, Place]
    _unknown: set[str] = field(default_factory=set)

    def of(self, values: Mapping[str, str]) -> str:
        return self._known(values) or self.directory.by_code[self.provider].region

    def remark(self, row: Row) -> Iterator[Issue]:
        if self._known(row.values):
            return
        authority = self._told(row.values, self.item.region_authority_name) or self._told(
            row.values, self.item.region_authority
        )
        if authority in self._unknown:
            return
        self._unknown.add(authority)
        named = f"机构目录中也没有“{authority}”" if authority else "也没有填机关"
        yield Issue(
            code=IssueCode.REGION_BY_PROVIDER,
            row=row.number,
            value=authority,
            message=f"没有填地方编码，{named}，区域按报送单位记（同一机关的其他行不再提示）：请补填地方编码。",
        ).at(self._place, self.columns)

    @property
    def _place(self) -> str:
        """Return the field to look at: the region's own, where the file has it."""
        fields = (
            self.item.region_field,
            self.item.region_authority,
            self.item.region_authority_name,
        )
        return next((each for each in fields if each and each in self.columns), "")

    def _known(self, values: Mapping[str, str]) -> str:
        stated = values.get(self.item.region_field)
        if stated:
            return stated
        authority = self.directory.find(
            credit_code=self._told(values, self.item.region_authority),
            name=self._told(values, self.item.region_authority_name),
        )
        return authority.region if authority is not None else ""

    @staticmethod
    def _told(values: Mapping[str, str], field_name: str | None) -> str:
        return values.get(field_name, "") if field_name else ""


def about_subject(
    item: Item, row: Row, ref: SubjectRef, subject: Subject, columns: Mapping[str, Place]
) -> Iterator[Issue]:
    """Yield what is odd about whom a row is filed under; nothing reveals whose a number is."""
    way = None if item.registers_subjects else item.subject_way(row.values)
    if way is None:
        return
    if subject.state is SubjectState.PROVISIONAL:
        yield _provisional(row, ref).at(way.number, columns)
        return
    if not agrees_with(ref.name, subject):
        yield _other_name(row, ref, subject).at(way.name or "", columns)
    if subject.is_cancelled and not subject.cancelled_on:
        yield Issue(
            code=IssueCode.CANCELLED_SUBJECT,
            row=row.number,
            value=ref.number,
            message=(
                f"该主体登记为“{subject.status}”，但没有注销日期，不能判断是否在本行日期之前：请核对主体。"
            ),
        ).at(way.number, columns)


def _provisional(row: Row, ref: SubjectRef) -> Issue:
    if is_of_city(ref.number):
        return Issue(
            code=IssueCode.PROVISIONAL_SUBJECT,
            row=row.number,
            value=ref.number,
            message="该统一社会信用代码尚无登记信息，已先行入库，待登记信息到达后自动确认；请核对代码。",
        )
    return Issue(
        code=IssueCode.OTHER_CITY,
        row=row.number,
        value=ref.number,
        message=(
            f"该统一社会信用代码的登记机关区划 {district_of(ref.number)} 不在本市，"
            "已按外地主体先行入库：请核对代码。"
        ),
    )


def _other_name(row: Row, ref: SubjectRef, subject: Subject) -> Issue:
    if subject.key.kind is SubjectKind.NATURAL_PERSON:
        message = "姓名与该证件号码不符，已按处理决定入库。"
        return Issue(code=IssueCode.OTHER_NAME, row=row.number, message=message)
    return Issue(
        code=IssueCode.OTHER_NAME,
        row=row.number,
        value=ref.name,
        message=f"该代码登记的名称是“{subject.name}”，与本行不同，已按该代码入库：请核对名称和代码。",
    )
