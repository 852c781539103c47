"""Who may report what, and for when (A5.1)."""

from collections.abc import Iterator
from datetime import date

from nbcredit.domain.catalogue import Catalogue
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.organisations import Directory
from nbcredit.domain.periods import BadPeriod, Period
from nbcredit.domain.submissions import FuturePeriod, UploadKey, period_of


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
        known = "、".join(sorted(catalogue.items))
        yield Issue(
            code=IssueCode.UNKNOWN_ITEM,
            row=0,
            value=place.item,
            message=f"现行目录没有“{place.item}”这一项：请从 {known} 中选。",
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
