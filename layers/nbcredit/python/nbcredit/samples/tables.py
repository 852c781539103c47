"""What the invented rows of each item hold, as a table of parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nbcredit.samples.parts import (
    Part,
    amount,
    charged_by,
    company,
    constant,
    decided_by,
    district,
    expiry,
    later_day,
    matched,
    numbered,
    party,
    past_day,
    person,
    picked,
    together,
    turned_day,
    turned_months,
    whole,
    year_before,
)


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of an item's files, what fills them, and the one that a correction changes.

    `once` says that a subject has one record only, so that each row needs a subject of its own.
    """

    fields: Sequence[str]
    parts: Sequence[Part]
    revised: str
    once: bool = False


_COMPANY: Final = ("credit_code", "name")
_PERSON: Final = ("name", "document_type", "document_number")
_PARTY: Final = (
    "party_name", "party_kind", "credit_code", "legal_representative", "document_type",
    "document_number",
)  # fmt: skip
_END: Final = ("authority_name", "authority_code", "source_name", "region")

_LICENCES: Final = (
    {
        "licence_kind": "普通",
        "decision_name": "食品经营许可决定书",
        "licence_name": "食品经营许可证",
        "licence_content": "食品经营：预包装食品销售",
    },
    {
        "licence_kind": "登记",
        "decision_name": "准予登记通知书",
        "licence_name": "营业执照",
        "licence_content": "准予变更登记",
    },
    {
        "licence_kind": "认可",
        "decision_name": "资质认定决定书",
        "licence_name": "资质证书",
        "licence_content": "建筑装修装饰工程专业承包二级",
    },
)
_AMENDS: Final = {
    "未在规定期限公示年度报告": "已补报年度报告并公示",
    "通过登记的住所（经营场所）无法联系": "已办理住所变更登记",
    "公示信息隐瞒真实情况": "已更正公示的信息",
}
_FRAUDS: Final = ("提交虚假材料骗取登记，情节严重", "被列入经营异常名录届满三年仍未履行相关义务")
_DEBTS: Final = (
    {"obligation": "支付货款及利息", "unperformed_part": "尚欠货款及利息"},
    {"obligation": "支付劳动报酬", "unperformed_part": "尚欠劳动报酬"},
    {"obligation": "腾退房屋并支付占用费", "unperformed_part": "尚未腾退"},
)
_ENTERPRISES: Final = {"水费": "slj", "燃气费": "rqgs", "电费": "gdgs"}
_SPECIALTIES: Final = (
    {"qualification_name": "二级建造师", "specialty": "建筑工程"},
    {"qualification_name": "护士执业资格", "specialty": "护理"},
    {"qualification_name": "教师资格", "specialty": "初级中学语文"},
)
_COMMITMENTS: Final = (
    {"commitment_kind": "主动型", "matter": "依法经营、诚信服务"},
    {"commitment_kind": "审批替代型", "matter": "办理食品经营许可"},
    {"commitment_kind": "信用修复型", "matter": "申请信用修复"},
)
_CASES: Final = (
    {"misconduct_kind": "伪造申请资料", "facts": "授权委托书印章系伪造"},
    {"misconduct_kind": "冒用申请资料", "facts": "冒用他人身份证件提出申请"},
    {"misconduct_kind": "擅自扩大使用范围", "facts": "将查询结果转给他人使用"},
)


TABLES: Final[Mapping[str, Table]] = {
    "administrative-licence": Table(
        (*_PARTY, "decision_name", "decision_number", "licence_kind", "licence_name",
         "licence_number", "licence_content", "decision_date", "valid_from", "valid_until",
         "authority_name", "authority_code", "status", "source_name", "source_code", "region"),
        (
            party(natural=0.1),
            past_day("decision_date", within=60),
            together(*_LICENCES),
            numbered("decision_number", "甬许字〔{year}〕第{number:07d}号", day="decision_date"),
            numbered("licence_number", "JY1330206{number:07d}"),
            later_day("valid_from", "decision_date", within=1),
            expiry("valid_until", "valid_from", years=5, open_ended=0.2),
            decided_by("scjg", "zjj", "jtj", "wjw", source_code=True),
            constant("status", "有效"),
            district(),
        ),
        revised="licence_content",
    ),
    "abnormal-operation": Table(
        (*_COMPANY, "listed_on", "listing_reason", "authority_name", "authority_code",
         "removed_on", "removal_reason", "source_name", "region"),
        (
            company(),
            turned_day("listed_on", within=300),
            picked("listing_reason", tuple(_AMENDS)),
            decided_by("scjg"),
            later_day("removed_on", "listed_on", within=120, share=0.3),
            matched("removal_reason", "listing_reason", _AMENDS, given="removed_on"),
            district(),
        ),
        revised="remarks",
    ),
    "serious-violation": Table(
        (*_COMPANY, "decision_number", "listed_on", "listing_reason", "authority_name",
         "authority_code", "removed_on", "source_name", "region"),
        (
            company(),
            turned_day("listed_on", within=600),
            numbered("decision_number", "甬市监严列字〔{year}〕第{number:07d}号", day="listed_on"),
            picked("listing_reason", _FRAUDS),
            decided_by("scjg"),
            later_day("removed_on", "listed_on", within=700, share=0.2),
            district(),
        ),
        revised="remarks",
    ),
    "dishonest-judgment-debtor": Table(
        (*_PARTY, "authority_name", "authority_code", "enforcement_basis", "basis_unit",
         "filed_on", "case_number", "obligation", "performance", "unperformed_part",
         "dishonest_behaviour", "published_on", "publication_until", "source_name", "region"),
        (
            party(natural=0.7),
            decided_by("fy"),
            past_day("filed_on", within=300),
            numbered("enforcement_basis", "（{year}）浙02民初{number:07d}号", day="filed_on"),
            constant("basis_unit", "宁波市中级人民法院"),
            numbered("case_number", "（{year}）浙02执{number:07d}号", day="filed_on"),
            together(*_DEBTS),
            picked("performance", ("全部未履行", "部分未履行")),
            picked("dishonest_behaviour",
                   ("有履行能力而拒不履行生效法律文书确定义务", "违反财产报告制度")),
            later_day("published_on", "filed_on", within=90),
            expiry("publication_until", "published_on", years=2),
            district(),
        ),
        revised="unperformed_part",
    ),
    "tax-rating-a": Table(
        (*_COMPANY, "rating_year", "rating", "rated_on", *_END),
        (
            company(),
            past_day("rated_on", within=200),
            year_before("rating_year", "rated_on"),
            constant("rating", "A"),
            decided_by("swj"),
            district(),
        ),
        revised="remarks",
        once=True,
    ),
    "tax-arrears": Table(
        (*_PARTY, "tax_kind", "arrears_from", "arrears_to", "amount", "current_amount",
         "announced_on", *_END),
        (
            party(natural=0.1),
            turned_months("tax_kind", ("增值税", "企业所得税", "房产税")),
            amount("amount", most=900_000),
            amount("current_amount", most=90_000),
            past_day("announced_on", within=20),
            decided_by("swj"),
            district(),
        ),
        revised="amount",
    ),
    "utility-arrears": Table(
        (*_PERSON, "utility_kind", "account_number", "address", "arrears_from", "arrears_to",
         "amount", "recorded_on", *_END),
        (
            person(),
            turned_months("utility_kind", tuple(_ENTERPRISES)),
            numbered("account_number", "3302{number:09d}"),
            picked("address", ("海曙区样例路 1 号", "鄞州区样例路 2 号", "北仑区样例路 3 号")),
            amount("amount", most=900),
            past_day("recorded_on", within=20),
            charged_by("utility_kind", _ENTERPRISES),
            district(),
        ),
        revised="amount",
    ),
    "professional-qualification": Table(
        (*_PERSON, "qualification_name", "specialty", "certificate_number", "issued_on",
         "valid_until", "status", *_END),
        (
            person(),
            together(*_SPECIALTIES),
            past_day("issued_on", within=500),
            numbered("certificate_number", "浙23302{number:08d}"),
            expiry("valid_until", "issued_on", years=3, open_ended=0.3),
            picked("status", ("有效", "有效", "有效", "注销")),
            decided_by("rsj", "zjj", "wjw", "jyj"),
            district(),
        ),
        revised="specialty",
    ),
    "commendation": Table(
        (*_PARTY, "honour_name", "honour_level", "commendation_number", "achievements",
         "commended_on", "valid_until", *_END),
        (
            party(natural=0.4),
            picked("honour_name", ("文明诚信市场主体", "劳动模范", "优秀志愿服务集体")),
            picked("honour_level", ("市级", "省级", "县级")),
            past_day("commended_on", within=300),
            numbered("commendation_number", "甬表〔{year}〕第{number:07d}号", day="commended_on"),
            picked("achievements", ("连续五年无违法记录", "在本职岗位成绩突出")),
            expiry("valid_until", "commended_on", years=3, open_ended=0.2),
            decided_by("scjg", "zgh", "gqt", "mzj"),
            district(),
        ),
        revised="achievements",
    ),
    "volunteer-service": Table(
        (*_PERSON, "project_name", "organiser_name", "served_from", "served_to",
         "service_hours", "recorded_on", *_END),
        (
            person(),
            picked("project_name", ("社区信用知识宣传", "文明交通劝导", "敬老院陪护")),
            constant("organiser_name", "宁波市样舟达志愿服务中心"),
            turned_day("served_from", within=200),
            later_day("served_to", "served_from", within=3),
            whole("service_hours", most=20),
            later_day("recorded_on", "served_to", within=10),
            decided_by("gqt", "mzj"),
            district(),
        ),
        revised="service_hours",
    ),
    "credit-commitment": Table(
        (*_PARTY, "commitment_kind", "matter", "commitment_content", "committed_on",
         "valid_until", "performance", *_END),
        (
            party(natural=0.1),
            together(*_COMMITMENTS),
            constant("commitment_content", "所提交的材料真实、有效，依法经营。"),
            turned_day("committed_on", within=300),
            expiry("valid_until", "committed_on", years=2, open_ended=0.3),
            picked("performance", ("履约中", "已履约")),
            decided_by("scjg", "zjj", "sthjj", "yjj"),
            district(),
        ),
        revised="commitment_content",
    ),
    "red-list": Table(
        (*_PARTY, "list_name", "honour_name", "decision_number", "facts", "recorded_on",
         "publication_until", *_END),
        (
            party(natural=0.2),
            constant("list_name", "诚信典型名单"),
            picked("honour_name", ("守信激励对象", "诚信示范单位")),
            past_day("recorded_on", within=200),
            numbered("decision_number", "甬红认字〔{year}〕第{number:07d}号", day="recorded_on"),
            picked("facts", ("连续三年按期履行合同", "连续三年纳税信用为 A 级")),
            expiry("publication_until", "recorded_on", years=1),
            decided_by("fgw", "scjg", "jtj"),
            district(),
        ),
        revised="facts",
    ),
    "blacklist": Table(
        (*_PARTY, "list_name", "decision_number", "facts", "penalty_content", "recorded_on",
         "publication_until", *_END),
        (
            party(natural=0.3),
            picked("list_name", ("食品安全严重失信名单", "拖欠劳动报酬严重失信名单")),
            past_day("recorded_on", within=200),
            numbered("decision_number", "甬黑认字〔{year}〕第{number:07d}号", day="recorded_on"),
            picked("facts", ("违法行为造成严重后果", "经责令后拒不改正，情节严重")),
            constant("penalty_content", "罚款20000元"),
            expiry("publication_until", "recorded_on", years=2, open_ended=0.05),
            decided_by("scjg", "yjj", "rsj"),
            district(),
        ),
        revised="facts",
    ),
    "misconduct": Table(
        (*_PARTY, "case_number", "business_kind", "misconduct_kind", "facts", "severity",
         "occurred_on", "confirmed_on", "handled_by", "confirmed_by", "referred_to",
         "authority_name", "authority_code", "region"),
        (
            party(natural=0.6),
            past_day("occurred_on", within=200),
            numbered("case_number", "甬信不良〔{year}〕第{number:07d}号", day="occurred_on"),
            picked("business_kind", ("信用查询", "信用异议")),
            together(*_CASES),
            picked("severity", ("一般", "一般", "严重")),
            matched("referred_to", "severity", {"严重": "宁波市公安局"}),
            later_day("confirmed_on", "occurred_on", within=20),
            constant("handled_by", "李样"),
            constant("confirmed_by", "王例"),
            decided_by("centre", source=False),
            district(),
        ),
        revised="facts",
    ),
}  # fmt: skip
