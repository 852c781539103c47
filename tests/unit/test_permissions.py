from typing import get_args

import pytest

from nbcredit.domain.accounts import AccountKind, PostsCombined, check_posts
from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.permissions import (
    GRANTS,
    MATRIX,
    POSTS,
    SEPARATED,
    NotPermitted,
    Permission,
    Role,
    Scope,
    allowed,
    permissions_of,
)
from nbcredit.wire.any_call import AnyCall

CALLS = {str(each.model_fields["call"].default) for each in get_args(get_args(AnyCall)[0])}


@pytest.mark.requirement("A18.1")
class TestMatrix:
    def test_has_a_rule_for_every_call_and_no_other(self) -> None:
        assert MATRIX.keys() == CALLS

    def test_has_a_scope_for_every_kind_of_organisation(self) -> None:
        for rule in MATRIX.values():
            assert rule.scopes.keys() == set(OrganisationKind)

    def test_gives_every_permission_to_some_post(self) -> None:
        assert {each for granted in GRANTS.values() for each in granted} == set(Permission)

    def test_gives_every_post_to_some_organisation(self) -> None:
        assert {role for roles in POSTS.values() for role in roles} == set(Role)
        assert POSTS.keys() == set(OrganisationKind)

    def test_refuses_a_call_without_a_rule(self) -> None:
        with pytest.raises(NotPermitted):
            allowed("no-such-call", permissions=frozenset(Permission), kind=OrganisationKind.CENTRE)

    @pytest.mark.parametrize("role", sorted(POSTS[OrganisationKind.CENTRE] - {Role.SECURITY_ADMIN}))
    def test_gives_the_accounts_of_the_city_to_the_security_admin_alone(self, role: Role) -> None:
        permissions = permissions_of([role], OrganisationKind.CENTRE)

        assert not permissions & {Permission.APPLY_FOR_ACCOUNTS, Permission.KEEP_ACCOUNTS}

    @pytest.mark.parametrize(
        ("kind", "role", "call", "scope"),
        [
            (OrganisationKind.DEPARTMENT, Role.REPORTER, "report-rows", Scope.OWN),
            (OrganisationKind.DEPARTMENT, Role.REPORTER, "list-submissions", Scope.OWN),
            (OrganisationKind.DEPARTMENT, Role.REPORTER, "report-off-catalogue", Scope.OWN),
            (OrganisationKind.DEPARTMENT, Role.REPORTER, "publish-catalogue", None),
            (OrganisationKind.DEPARTMENT, Role.REPORTER, "read-subject", None),
            (OrganisationKind.DEPARTMENT, Role.VERIFIER, "report-rows", None),
            (OrganisationKind.DEPARTMENT, Role.VERIFIER, "answer-feedback", Scope.OWN),
            (OrganisationKind.COURT, Role.REPORTER, "report-off-catalogue", Scope.OWN),
            (OrganisationKind.PUBLIC_ENTERPRISE, Role.REPORTER, "report-rows", Scope.OWN),
            (OrganisationKind.PUBLIC_ENTERPRISE, Role.REPORTER, "report-off-catalogue", None),
            (OrganisationKind.COUNTY, Role.SUPERVISOR, "list-submissions", Scope.REGION),
            (OrganisationKind.COUNTY, Role.SUPERVISOR, "report-rows", None),
            (OrganisationKind.COUNTY, Role.REPORTER, "report-rows", None),
            (OrganisationKind.CENTRE, Role.HANDLER, "read-subject", Scope.EVERYWHERE),
            (OrganisationKind.CENTRE, Role.HANDLER, "approve-account", None),
            (OrganisationKind.CENTRE, Role.SECURITY_ADMIN, "approve-account", Scope.EVERYWHERE),
            (OrganisationKind.CENTRE, Role.SECURITY_ADMIN, "verify-audit", None),
            (OrganisationKind.CENTRE, Role.SYSTEM_ADMIN, "approve-account", None),
            (OrganisationKind.CENTRE, Role.AUDITOR, "verify-audit", Scope.EVERYWHERE),
            (OrganisationKind.CENTRE, Role.AUDITOR, "read-subject", None),
            (OrganisationKind.OFFICE, Role.PUBLISHER, "publish-catalogue", Scope.EVERYWHERE),
            (OrganisationKind.OFFICE, Role.PUBLISHER, "decide-case", None),
            (OrganisationKind.AUTHORITY, Role.REPORTER, "show-catalogue", None),
        ],
    )
    @pytest.mark.requirement("A4.1")
    def test_says_who_may_do_what(
        self, kind: OrganisationKind, role: Role, call: str, scope: Scope | None
    ) -> None:
        permissions = permissions_of([role], kind)

        if scope is None:
            with pytest.raises(NotPermitted):
                allowed(call, permissions=permissions, kind=kind)
        else:
            assert allowed(call, permissions=permissions, kind=kind) is scope


@pytest.mark.requirement("A21.1")
class TestSeparation:
    def test_shares_no_administration_between_posts(self) -> None:
        administration = {
            Permission.KEEP_DIRECTORY,
            Permission.KEEP_ACCOUNTS,
            Permission.READ_AUDIT,
        }

        for permission in administration:
            holders = [role for role in Role if permission in GRANTS[role]]
            assert len(holders) == 1
            assert holders[0] in SEPARATED

    def test_combines_no_two_of_them_in_one_account(self) -> None:
        centre = Organisation(
            code="centre",
            name="中心",
            kind=OrganisationKind.CENTRE,
            credit_code="",
            region="330200",
        )
        for one in SEPARATED:
            check_posts(frozenset({one, Role.HANDLER}), centre, AccountKind.PERSON)
            for other in SEPARATED - {one}:
                with pytest.raises(PostsCombined):
                    check_posts(frozenset({one, other}), centre, AccountKind.PERSON)
