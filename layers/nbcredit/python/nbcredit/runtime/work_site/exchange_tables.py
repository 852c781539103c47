"""The lists of credit-work exchange."""

from typing import Final

from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.wire import exchange as wire

HOME: Final = "/exchange"


def _path(each: wire.PostView) -> str:
    return f"{HOME}/{each.post}"


_KIND: Final = Column[wire.PostView](
    name="kind", title="种类", text=lambda each: each.kind_text, filter="choice"
)
_TITLE: Final = Column[wire.PostView](
    name="title", title="标题", text=lambda each: each.title, path=_path, filter="text"
)
_AT: Final = Column[wire.PostView](
    name="at",
    title="时间",
    text=lambda each: moment(each.sent_at),
    key=lambda each: each.sent_at,
)
_STATE: Final = Column[wire.PostView](
    name="state", title="状态", text=lambda each: each.state_text, filter="choice"
)
RECEIVED: Final = Table[wire.PostView](
    caption="收到的通知、文件和咨询",
    nothing="没有收到通知、文件或咨询。",
    columns=(
        Column(
            name="read",
            title="阅读",
            text=lambda each: "已读" if each.read_at else "未读",
            lamp=lambda each: "off" if each.read_at else "amber",
            filter="choice",
        ),
        _KIND,
        _TITLE,
        Column(
            name="sender", title="发送单位", text=lambda each: each.sender_name, filter="choice"
        ),
        _AT,
        _STATE,
    ),
)
SENT: Final = Table[wire.PostView](
    caption="发出的通知、文件和咨询",
    nothing="没有发出过通知、文件或咨询。",
    columns=(
        _KIND,
        _TITLE,
        Column(
            name="addressees",
            title="接收单位数",
            text=lambda each: str(each.addressee_count),
            key=lambda each: each.addressee_count,
            numeric=True,
        ),
        _AT,
        _STATE,
    ),
)
READERS: Final = Table[wire.ReaderView](
    caption="接收单位",
    columns=(
        Column(
            name="organisation",
            title="单位",
            text=lambda each: each.organisation_name or each.organisation,
            filter="text",
        ),
        Column(
            name="read",
            title="阅读",
            text=lambda each: "已读" if each.read_at else "未读",
            lamp=lambda each: "green" if each.read_at else "amber",
            filter="choice",
        ),
        Column(name="at", title="第一次阅读", text=lambda each: moment(each.read_at)),
        Column(name="by", title="第一位读者的账号", text=lambda each: each.read_by),
        Column(
            name="readers",
            title="读过的人数",
            text=lambda each: str(each.readers),
            key=lambda each: each.readers,
            numeric=True,
        ),
    ),
)
