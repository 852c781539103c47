"""Verification calls: claims about a subject are compared, only a verdict comes back (A14.1)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from nbcredit.domain.errors import BadRequest
from nbcredit.domain.names import matching_form
from nbcredit.domain.subjects import SubjectKind

NAME: Final = "name"
STATUS: Final = "status"

CLAIMS: Final[Mapping[SubjectKind, frozenset[str]]] = {
    SubjectKind.LEGAL_PERSON: frozenset({NAME, STATUS}),
    SubjectKind.NATURAL_PERSON: frozenset({NAME}),
}
_TITLES: Final[Mapping[str, str]] = {NAME: "名称或姓名", STATUS: "登记状态"}


class Verdict(StrEnum):
    """What a verification says; of a natural person never whether it is known."""

    MATCH = "match"
    MISMATCH = "mismatch"
    NO_RECORD = "no-record"
    CANNOT_VERIFY = "cannot-verify"


class BadClaims(BadRequest):
    """Nothing is claimed, or something that cannot be verified of such a subject."""

    code = "bad-claims"

    def __init__(self, kind: SubjectKind) -> None:
        known = "、".join(f"{_TITLES[field]}（{field}）" for field in sorted(CLAIMS[kind]))
        super().__init__(f"请给出要比对的内容，可比对的是：{known}；请去掉其他内容。")
        self.kind = kind


def comparable(field: str, value: str) -> str:
    """Return the form in which a value is compared: a name's brackets and spaces do not count."""
    return matching_form(value) if field == NAME else value.strip()


def judge(
    kind: SubjectKind, *, stored: Mapping[str, str] | None, claimed: Mapping[str, str]
) -> Verdict:
    """Compare the digests of claims with the stored ones; all claims are looked at every time.

    A claim that nothing was registered to compare with is not wrong: it does not accuse anybody.
    """
    known = stored or {}
    equal = [known.get(field) == digest for field, digest in claimed.items()]
    wrong = [field in known and known[field] != digest for field, digest in claimed.items()]
    if all(equal):
        return Verdict.MATCH
    if kind is SubjectKind.NATURAL_PERSON:
        return Verdict.CANNOT_VERIFY
    return Verdict.MISMATCH if any(wrong) else Verdict.NO_RECORD
