"""Who may report what, and for when (A5.1)."""

from collections.abc import Iterator, Sequence
from datetime import date

from nbcredit.domain.actors import Actor
from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.errors import Forbidden
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.organisations import CENTRE, Directory
from nbcredit.domain.periods import BadPeriod, Period
from nbcredit.domain.submissions import FuturePeriod, period_of
from nbcredit.domain.upload_keys import UploadKey


def owner_faults(
    place: UploadKey, *, on: date, catalogue: Catalogue, directory: Directory
) -> Iterator[Issue]:
    """Check who may report what, for when, by the owner rule and not by the content (A5.1)."""
    if place.provider not in directory.by_code:
        yield Issue(
            code=IssueCode.UNKNOWN_PROVIDER,
            row=0,
            value=place.provider,
            message=f"机构目录中没有“{place.provider}”：请核对上传位置，或请信用中心登记本单位。",
        )
    item = catalogue.items.get(place.item)
    if item is None:
        known = "、".join(
            f"{code}（{catalogue.items[code].name}）" for code in sorted(catalogue.items)
        )
        yield Issue(
            code=IssueCode.UNKNOWN_ITEM,
            row=0,
            value=place.item,
            message=f"现行目录没有“{place.item}”这一项：请改用目录项的代码重新上传，可选：{known}。",
        )
    elif place.provider not in item.providers:
        yield Issue(
            code=IssueCode.NOT_YOUR_ITEM,
            row=0,
            value=place.provider,
            message=f"目录没有把“{item.name}”分配给本单位：请核对目录项，或联系信用中心。",
        )
    try:
        period_of(place.period, reported=Period.of(on))
    except BadPeriod as error:
        yield Issue(code=IssueCode.BAD_PERIOD, row=0, value=place.period, message=str(error))
    except FuturePeriod as error:
        yield Issue(code=IssueCode.FUTURE_PERIOD, row=0, value=place.period, message=str(error))


class ReportsForAnother(Forbidden):
    """A provider reports its own information only; the centre for anybody (A5.1)."""

    code = "reports-for-another"

    def __init__(self, organisation: str, provider: str) -> None:
        super().__init__(
            f"“{organisation}”不能代“{provider}”报送：请由该单位自己报送，或请信用中心代报。"
        )
        self.organisation = organisation
        self.provider = provider
        self.noted = {"provider": provider}


class NotItsDuty(Forbidden):
    """What would be reported is no duty of the provider, in the words of the owner rule."""

    code = "not-its-duty"

    def __init__(self, place: UploadKey, faults: Sequence[Issue]) -> None:
        super().__init__("；".join(fault.message for fault in faults))
        self.faults = tuple(faults)
        self.noted = {
            "provider": place.provider,
            "item": place.item,
            "period": place.period,
            "codes": " ".join(sorted({fault.code for fault in faults})),
        }


def check_reporter(provider: str, *, by: Actor) -> None:
    """Let the provider itself and the centre report for it, or raise `ReportsForAnother`."""
    if by.organisation not in (provider, CENTRE):
        raise ReportsForAnother(by.organisation, provider)


def insist_on_duty(
    place: UploadKey, *, on: date, catalogue: Catalogue, directory: Directory
) -> None:
    """Raise `NotItsDuty` where a file at the place would be refused before it is read."""
    faults = tuple(owner_faults(place, on=on, catalogue=catalogue, directory=directory))
    if faults:
        raise NotItsDuty(place, faults)
