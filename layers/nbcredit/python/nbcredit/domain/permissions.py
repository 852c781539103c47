"""Who may do what: posts, their permissions, and the one matrix of all calls (A18.1, A21.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nbcredit.domain.errors import Forbidden
from nbcredit.domain.organisations import OrganisationKind


class NotPermitted(Forbidden):
    """Post, organisation or region do not allow it; which of them is for the trail alone."""

    code = "not-permitted"

    def __init__(self) -> None:
        super().__init__("您的岗位没有这项权限：如工作需要，请本单位联络员向信用中心申请。")


class Permission(StrEnum):
    """What a post may do; each call needs one of them."""

    OWN_ACCOUNT = "own-account"
    VIEW_WORK = "view-work"
    REPORT = "report"
    REPORT_OUTSIDE = "report-outside-catalogue"
    ANSWER = "answer-feedback"
    DECIDE_CASES = "decide-cases"
    JUDGE = "judge-answers"
    READ_RECORDS = "read-records"
    COVER_OUTSIDE = "cover-outside-catalogue"
    PUBLISH_CATALOGUE = "publish-catalogue"
    KEEP_CALENDAR = "keep-calendar"
    CLOSE_PERIODS = "close-periods"
    URGE = "urge"
    EXCHANGE = "exchange"
    KEEP_DIRECTORY = "keep-directory"
    APPLY_FOR_ACCOUNTS = "apply-for-accounts"
    KEEP_ACCOUNTS = "keep-accounts"
    READ_AUDIT = "read-audit"

    @property
    def label(self) -> str:
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS: Final = {
    Permission.OWN_ACCOUNT: "管理本人账号",
    Permission.VIEW_WORK: "查看批次、反馈和事项",
    Permission.REPORT: "报送信用信息",
    Permission.REPORT_OUTSIDE: "报送目录外信息",
    Permission.ANSWER: "答复反馈",
    Permission.DECIDE_CASES: "处理比对疑问",
    Permission.JUDGE: "提出反馈并审定答复",
    Permission.READ_RECORDS: "查询信用记录",
    Permission.COVER_OUTSIDE: "将目录外信息纳入目录",
    Permission.PUBLISH_CATALOGUE: "发布目录",
    Permission.KEEP_CALENDAR: "维护工作日历",
    Permission.CLOSE_PERIODS: "结算报送期",
    Permission.URGE: "催报",
    Permission.EXCHANGE: "信用工作交流",
    Permission.KEEP_DIRECTORY: "维护机构目录",
    Permission.APPLY_FOR_ACCOUNTS: "为本单位申请账号、确认岗位人员",
    Permission.KEEP_ACCOUNTS: "审批账号、管理证书",
    Permission.READ_AUDIT: "查验审计记录",
}


class Role(StrEnum):
    """A post; an account has one or more of those that its organisation may have."""

    REPORTER = "reporter"
    VERIFIER = "verifier"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"
    HANDLER = "handler"
    PUBLISHER = "publisher"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS: Final = {
    Role.REPORTER: "报送员",
    Role.VERIFIER: "核实员",
    Role.LIAISON: "联络员",
    Role.SUPERVISOR: "县级监督员",
    Role.HANDLER: "业务办理员",
    Role.PUBLISHER: "目录管理员",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDITOR: "审计管理员",
}

# A21.1: administration of the system, of its security and of its audit are never one person's.
SEPARATED: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})

_EVERYBODY: Final = frozenset({Permission.OWN_ACCOUNT, Permission.EXCHANGE})
GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.REPORTER: _EVERYBODY
    | {Permission.VIEW_WORK, Permission.REPORT, Permission.REPORT_OUTSIDE, Permission.ANSWER},
    Role.VERIFIER: _EVERYBODY | {Permission.VIEW_WORK, Permission.ANSWER, Permission.DECIDE_CASES},
    Role.LIAISON: _EVERYBODY | {Permission.VIEW_WORK, Permission.APPLY_FOR_ACCOUNTS},
    Role.SUPERVISOR: _EVERYBODY | {Permission.VIEW_WORK, Permission.URGE},
    Role.HANDLER: _EVERYBODY
    | {
        Permission.VIEW_WORK,
        Permission.REPORT,
        Permission.DECIDE_CASES,
        Permission.JUDGE,
        Permission.READ_RECORDS,
        Permission.COVER_OUTSIDE,
        Permission.CLOSE_PERIODS,
        Permission.URGE,
    },
    Role.PUBLISHER: _EVERYBODY
    | {
        Permission.VIEW_WORK,
        Permission.COVER_OUTSIDE,
        Permission.PUBLISH_CATALOGUE,
        Permission.KEEP_CALENDAR,
        Permission.URGE,
    },
    Role.SYSTEM_ADMIN: _EVERYBODY | {Permission.KEEP_DIRECTORY, Permission.KEEP_CALENDAR},
    Role.SECURITY_ADMIN: _EVERYBODY | {Permission.APPLY_FOR_ACCOUNTS, Permission.KEEP_ACCOUNTS},
    Role.AUDITOR: _EVERYBODY | {Permission.READ_AUDIT},
}

_OF_PROVIDERS: Final = frozenset({Role.REPORTER, Role.VERIFIER, Role.LIAISON})
# A4.1: what each kind of organisation is there for decides which posts it can have.
POSTS: Final[Mapping[OrganisationKind, frozenset[Role]]] = {
    OrganisationKind.DEPARTMENT: _OF_PROVIDERS,
    OrganisationKind.COURT: _OF_PROVIDERS,
    OrganisationKind.PUBLIC_ENTERPRISE: _OF_PROVIDERS,
    OrganisationKind.AUTHORITY: frozenset(),
    OrganisationKind.COUNTY: frozenset({Role.SUPERVISOR, Role.LIAISON}),
    # The centre acts on the accounts of the whole city: of its own, only its security admin does.
    OrganisationKind.CENTRE: frozenset({Role.HANDLER, *SEPARATED}),
    OrganisationKind.OFFICE: frozenset({Role.PUBLISHER, Role.LIAISON}),
}

# A4.1: public enterprises report under the catalogue and answer, and nothing else.
WITHHELD: Final[Mapping[OrganisationKind, frozenset[Permission]]] = {
    OrganisationKind.PUBLIC_ENTERPRISE: frozenset({Permission.REPORT_OUTSIDE}),
}


class Scope(StrEnum):
    """Whose information a permission reaches."""

    OWN = "own"
    REGION = "region"
    EVERYWHERE = "everywhere"


# What everybody may name in a call: things of the whole city that are nobody's secret.
_OPEN: Final[Mapping[OrganisationKind, Scope]] = dict.fromkeys(OrganisationKind, Scope.EVERYWHERE)
# A4.1: providers their own, a county its region, centre and office the city.
_BY_PART: Final[Mapping[OrganisationKind, Scope]] = {
    **dict.fromkeys(OrganisationKind, Scope.OWN),
    OrganisationKind.COUNTY: Scope.REGION,
    OrganisationKind.CENTRE: Scope.EVERYWHERE,
    OrganisationKind.OFFICE: Scope.EVERYWHERE,
}
# Only the centre acts for others; everybody else, be it office or county, for itself.
_FOR_ITSELF: Final[Mapping[OrganisationKind, Scope]] = {
    **dict.fromkeys(OrganisationKind, Scope.OWN),
    OrganisationKind.CENTRE: Scope.EVERYWHERE,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a call needs, and whose information it reaches by the kind of organisation."""

    permission: Permission
    scopes: Mapping[OrganisationKind, Scope]


def _rules(
    permission: Permission, scopes: Mapping[OrganisationKind, Scope], *calls: str
) -> dict[str, Rule]:
    return dict.fromkeys(calls, Rule(permission, scopes))


MATRIX: Final[Mapping[str, Rule]] = {
    **_rules(
        Permission.OWN_ACCOUNT,
        _OPEN,
        "show-catalogue",
        "show-item",
        "show-template",
        "show-calendar",
        "compute-due",
        "list-organisations",
    ),
    **_rules(
        Permission.VIEW_WORK,
        _BY_PART,
        "show-submission",
        "list-submissions",
        "list-reported",
        "list-issues",
        "show-duties",
        "explain-obligation",
        "list-feedback",
        "show-feedback",
        "show-returned-row",
        "show-papers",
        "list-cases",
        "show-case",
        "list-off-catalogue",
        "show-off-catalogue",
    ),
    **_rules(Permission.OWN_ACCOUNT, _BY_PART, "show-inbox"),
    **_rules(
        Permission.REPORT,
        _FOR_ITSELF,
        "report-rows",
        "withdraw-records",
        "prepare-upload",
        "deliver-file",
        "show-upload-place",
        "check-file",
        "report-nothing",
    ),
    **_rules(
        Permission.REPORT_OUTSIDE,
        _FOR_ITSELF,
        "prepare-off-catalogue-file",
        "deliver-off-catalogue-file",
        "report-off-catalogue",
        "close-off-catalogue",
    ),
    **_rules(Permission.ANSWER, _FOR_ITSELF, "answer-feedback"),
    **_rules(Permission.DECIDE_CASES, _FOR_ITSELF, "decide-case"),
    **_rules(Permission.JUDGE, _FOR_ITSELF, "judge-answer", "open-feedback"),
    **_rules(
        Permission.READ_RECORDS, _FOR_ITSELF, "read-subject", "verify-subject", "trace-record"
    ),
    **_rules(
        Permission.VIEW_WORK,
        _BY_PART,
        "list-obligations",
        "list-queues",
        "show-organisation-record",
        "show-regional-figures",
    ),
    **_rules(Permission.URGE, _BY_PART, "urge-obligation"),
    **_rules(
        Permission.EXCHANGE,
        _FOR_ITSELF,
        "prepare-exchange-file",
        "deliver-exchange-file",
        "post-notice",
        "ask-question",
        "answer-question",
        "close-question",
        "list-posts",
        "show-post",
        "list-readers",
    ),
    **_rules(Permission.COVER_OUTSIDE, _BY_PART, "cover-off-catalogue", "draft-item"),
    **_rules(
        Permission.PUBLISH_CATALOGUE,
        _OPEN,
        "publish-catalogue",
        "try-catalogue",
        "compare-catalogue",
    ),
    **_rules(Permission.KEEP_CALENDAR, _OPEN, "load-calendar"),
    **_rules(Permission.CLOSE_PERIODS, _OPEN, "close-period"),
    **_rules(Permission.KEEP_DIRECTORY, _OPEN, "register-organisations"),
    **_rules(
        Permission.APPLY_FOR_ACCOUNTS,
        _FOR_ITSELF,
        "apply-for-account",
        "list-accounts",
        "show-account",
        "suspend-account",
        "close-account",
        "confirm-posts",
        "revoke-certificate",
        "list-expiring",
    ),
    **_rules(
        Permission.KEEP_ACCOUNTS,
        _FOR_ITSELF,
        "approve-account",
        "refuse-account",
        "resume-account",
        "hand-out-code",
        "request-certificate",
    ),
    **_rules(Permission.OWN_ACCOUNT, _FOR_ITSELF, "renew-certificate", "show-certificate"),
    **_rules(Permission.OWN_ACCOUNT, _OPEN, "show-authority", "show-revocations"),
    **_rules(
        Permission.READ_AUDIT, _OPEN, "verify-audit", "search-audit", "export-audit", "who-looked"
    ),
}


def permissions_of(roles: Iterable[Role], kind: OrganisationKind) -> frozenset[Permission]:
    """Return what posts may do in an organisation of that kind; posts it can't have give none."""
    held = POSTS[kind].intersection(roles)
    granted = frozenset[Permission]().union(*(GRANTS[role] for role in held))
    return granted - WITHHELD.get(kind, frozenset())


def allowed(call: str, *, permissions: frozenset[Permission], kind: OrganisationKind) -> Scope:
    """Return whose information the call may be about, or raise `NotPermitted`.

    A call without a rule is nobody's.
    """
    rule = MATRIX.get(call)
    if rule is None or rule.permission not in permissions:
        raise NotPermitted
    return rule.scopes[kind]
