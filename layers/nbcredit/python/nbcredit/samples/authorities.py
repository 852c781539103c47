"""Invented entries for the authorities of the samples, ready for the directory (A4.1).

Names of offices are as the law has them; the credit codes are invented (their organisation code
begins with X), so that no file generated here passes for an authority's own.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.samples.numbers import credit_code


@dataclass(frozen=True, slots=True)
class Violation:
    """One kind of offence with what a decision says of it."""

    kind: str
    fact: str
    basis: str


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority that reports penalties, with its mark in document numbers."""

    code: str
    name: str
    region: str
    mark: str
    violations: tuple[Violation, ...]

    @property
    def credit_code(self) -> str:
        return credit_code("11", self.region, NUMBERS[self.code])


# Numbers of the invented codes; never reorder, they are in files that people keep.
NUMBERS: Final = {
    code: number
    for number, code in enumerate(
        (
            "centre", "scjg", "zfj", "sthjj", "yjj", "rsj", "jtj", "zjj", "swj", "yz-zfj",
            "bl-zfj", "cx-zfj", "office", "mzj", "bwb", "gaj", "fy", "slj", "rqgs", "gdgs", "jyj",
            "wjw", "nyj", "zrzyj", "fgw", "gqt", "zgh",
        ),
        start=1,
    )
}  # fmt: skip

_MARKET: Final = (
    Violation("虚假宣传", "在经营场所发布虚假广告，引人误解", "《中华人民共和国广告法》第五十五条"),
    Violation(
        "未按规定公示年度报告", "未在规定期限内公示年度报告", "《企业信息公示暂行条例》第十八条"
    ),
    Violation(
        "销售不合格产品", "销售的产品经检验不符合标准", "《中华人民共和国产品质量法》第四十九条"
    ),
)
_URBAN: Final = (
    Violation("擅自占用城市道路", "占用人行道堆放物料，未经批准", "《城市道路管理条例》第四十二条"),
    Violation(
        "违反市容管理规定", "店外经营，经责令后逾期未改", "《浙江省城市市容和环境卫生管理条例》"
    ),
)
_ENVIRONMENT: Final = (
    Violation(
        "超标排放水污染物", "总排口化学需氧量超过限值", "《中华人民共和国水污染防治法》第八十三条"
    ),
    Violation("未取得排污许可证排放", "无排污许可证排放废气", "《排污许可管理条例》第三十三条"),
)
_SAFETY: Final = (
    Violation(
        "未对从业人员进行安全培训", "未组织从业人员安全生产教育和培训",
        "《中华人民共和国安全生产法》第九十七条",
    ),
    Violation(
        "特种作业人员无证上岗", "电焊作业人员未取得特种作业操作证",
        "《中华人民共和国安全生产法》第九十七条",
    ),
)  # fmt: skip

PENALTY_AUTHORITIES: Final = (
    Authority("scjg", "宁波市市场监督管理局", "330200", "甬市监", _MARKET),
    Authority("zfj", "宁波市综合行政执法局", "330200", "甬综执", _URBAN),
    Authority("sthjj", "宁波市生态环境局", "330200", "甬环", _ENVIRONMENT),
    Authority("yjj", "宁波市应急管理局", "330200", "甬应急", _SAFETY),
    Authority("yz-zfj", "宁波市鄞州区综合行政执法局", "330212", "甬鄞综执", _URBAN),
    Authority("bl-zfj", "宁波市北仑区综合行政执法局", "330206", "甬仑综执", _URBAN),
    Authority("cx-zfj", "慈溪市综合行政执法局", "330282", "慈综执", _URBAN),
)

_OTHERS: Final = (
    ("centre", "宁波市公共信用信息中心", OrganisationKind.CENTRE),
    ("office", "宁波市信用体系建设领导小组办公室", OrganisationKind.OFFICE),
    ("rsj", "宁波市人力资源和社会保障局", OrganisationKind.DEPARTMENT),
    ("jtj", "宁波市交通运输局", OrganisationKind.DEPARTMENT),
    ("zjj", "宁波市住房和城乡建设局", OrganisationKind.DEPARTMENT),
    ("swj", "宁波市税务局", OrganisationKind.DEPARTMENT),
    ("mzj", "宁波市民政局", OrganisationKind.DEPARTMENT),
    ("bwb", "宁波市机构编制委员会办公室", OrganisationKind.DEPARTMENT),
    ("gaj", "宁波市公安局", OrganisationKind.DEPARTMENT),
    ("fy", "宁波市中级人民法院", OrganisationKind.COURT),
    # Names of enterprises are invented as well.
    ("slj", "宁波拟甬供水有限公司", OrganisationKind.PUBLIC_ENTERPRISE),
    ("rqgs", "宁波样甬燃气有限公司", OrganisationKind.PUBLIC_ENTERPRISE),
    ("gdgs", "宁波例甬供电有限公司", OrganisationKind.PUBLIC_ENTERPRISE),
    ("jyj", "宁波市教育局", OrganisationKind.DEPARTMENT),
    ("wjw", "宁波市卫生健康委员会", OrganisationKind.DEPARTMENT),
    ("nyj", "宁波市农业农村局", OrganisationKind.DEPARTMENT),
    ("zrzyj", "宁波市自然资源和规划局", OrganisationKind.DEPARTMENT),
    ("fgw", "宁波市发展和改革委员会", OrganisationKind.DEPARTMENT),
    ("gqt", "共青团宁波市委员会", OrganisationKind.DEPARTMENT),
    ("zgh", "宁波市总工会", OrganisationKind.DEPARTMENT),
)


def directory() -> list[Organisation]:
    """Return every organisation of the samples, as the directory wants them."""
    reporting = [
        Organisation(
            code=each.code,
            name=each.name,
            kind=OrganisationKind.COUNTY if "-" in each.code else OrganisationKind.DEPARTMENT,
            credit_code=each.credit_code,
            region=each.region,
        )
        for each in PENALTY_AUTHORITIES
    ]
    return reporting + [
        Organisation(
            code=code,
            name=name,
            kind=kind,
            credit_code=credit_code(_category(kind), "330200", NUMBERS[code]),
            region="330200",
        )
        for code, name, kind in _OTHERS
    ]


def _category(kind: OrganisationKind) -> str:
    return "91" if kind is OrganisationKind.PUBLIC_ENTERPRISE else "11"


@cache
def organisation(code: str) -> Organisation:
    """Return the entry with this code."""
    return next(each for each in directory() if each.code == code)
