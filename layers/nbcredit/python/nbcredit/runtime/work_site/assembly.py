"""The site put together from what its function is told."""

from collections.abc import Callable
from functools import cache

from nbcredit.adapters.kms import secret_of
from nbcredit.adapters.x509 import client_certificate
from nbcredit.pages.frames import SiteFacts
from nbcredit.runtime.all_answers import AllAnswers
from nbcredit.runtime.answering import Answering
from nbcredit.runtime.identity import gate_of, sessions_of, signing_in_of, tokens_of
from nbcredit.runtime.settings import WorkSiteSettings
from nbcredit.runtime.wiring import Parts, client
from nbcredit.runtime.work_site.api import Api
from nbcredit.runtime.work_site.calls import MemberCalls
from nbcredit.runtime.work_site.certificates import (
    ByApiGateway,
    ByTerminator,
    CertificateSource,
    Certified,
)
from nbcredit.runtime.work_site.oauth import OAuth
from nbcredit.runtime.work_site.passwords import PasswordPages
from nbcredit.runtime.work_site.serving import WorkSite
from nbcredit.runtime.work_site.signing_in import FirstSignInPages, SignInPages
from nbcredit.runtime.work_site.table import MENU, table


def work_site_of(told: WorkSiteSettings) -> WorkSite:
    made = Parts.of(told)
    sessions, signing_in, tokens = sessions_of(made), signing_in_of(made, told), tokens_of(made)
    calls = MemberCalls(Answering(AllAnswers(made, told), made.ledger), gate_of(made))
    pages = SignInPages(made.sessions, signing_in, sessions)
    return WorkSite(
        facts_of(told),
        table(
            pages.routes(),
            FirstSignInPages(pages, signing_in).routes(),
            PasswordPages(signing_in).routes(),
            Api(calls, sessions, tokens).routes(),
            OAuth(tokens).routes(),
        ),
        MENU,
        sessions,
        calls,
        certified_of(made, told),
    )


def certified_of(made: Parts, told: WorkSiteSettings) -> Certified:
    """Return the one source of certificates that the settings name."""
    if CertificateSource(told.certificate_source) is CertificateSource.API_GATEWAY:
        return ByApiGateway(client_certificate)
    return ByTerminator(client_certificate, _secret(told.terminator_secret_id), made.clock)


def facts_of(told: WorkSiteSettings) -> SiteFacts:
    return SiteFacts(
        name=told.site_name,
        host=told.site_host,
        operator=told.site_operator,
        contact=told.site_contact,
        identifier=told.site_identifier,
        filing=told.site_filing,
        police_filing=told.site_police_filing,
    )


def _secret(secret_id: str) -> Callable[[], bytes]:
    @cache
    def secret() -> bytes:
        return secret_of(client("secretsmanager"), secret_id)

    return secret
