"""Calls about certificates."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.certificates import Certificates
from nbcredit.wire import certificates as wire


@dataclass(frozen=True, slots=True)
class CertificateAnswers:
    """Issues, renews, shows and revokes; who signs is made when the first asks."""

    certificates: Callable[[], Certificates]

    def all(self) -> Answers:
        return {
            wire.RequestCertificate: self._request,
            wire.RenewCertificate: self._renew,
            wire.ShowCertificate: self._show,
            wire.RevokeCertificate: self._revoke,
            wire.ListExpiring: self._expiring,
            wire.ShowAuthority: self._authority,
            wire.ShowRevocations: self._revocations,
        }

    def _request(self, call: wire.RequestCertificate, asked: Asked) -> wire.CertificateView:
        issued = self.certificates().request(
            call.account, call.request, by=asked.by, purpose=call.purpose
        )
        return wire.certificate_view(issued)

    def _renew(self, call: wire.RenewCertificate, asked: Asked) -> wire.CertificateView:
        issued = self.certificates().renew(
            call.account, call.request, by=asked.by, purpose=call.purpose
        )
        return wire.certificate_view(issued)

    def _show(self, call: wire.ShowCertificate, asked: Asked) -> wire.CertificateView:
        return wire.certificate_view(self.certificates().show(call.account, by=asked.by))

    def _revoke(self, call: wire.RevokeCertificate, asked: Asked) -> wire.CertificateView:
        revoked = self.certificates().revoke(
            call.account, reason=call.reason, by=asked.by, purpose=call.purpose
        )
        return wire.certificate_view(revoked)

    def _expiring(self, call: wire.ListExpiring, asked: Asked) -> wire.CertificateList:
        found = self.certificates().expiring(days=call.days, by=asked.by)
        return wire.CertificateList(certificates=[wire.certificate_view(each) for each in found])

    def _authority(self, _call: wire.ShowAuthority, _asked: Asked) -> wire.PemView:
        return wire.PemView(pem=self.certificates().authority.certificate())

    def _revocations(self, _call: wire.ShowRevocations, _asked: Asked) -> wire.PemView:
        return wire.PemView(pem=self.certificates().revocations())
