"""What the platform has told an organisation."""

from typing import Final

from nbcredit.pages.spelling import moment
from nbcredit.pages.tables import Column, Table
from nbcredit.runtime.work_site.desk import Desk
from nbcredit.runtime.work_site.responses import Response
from nbcredit.runtime.work_site.routes import Route, page
from nbcredit.wire.inbox import InboxView, MessageView, ShowInbox

_MOST: Final = 100
_INBOX: Final = Table[MessageView](
    caption="收件箱",
    columns=(
        Column(
            name="at", title="时间", text=lambda each: moment(each.at), key=lambda each: each.at
        ),
        Column(name="subject", title="标题", text=lambda each: each.subject, filter="text"),
        Column(name="lines", title="内容", text=lambda each: "\n".join(each.lines), filter="text"),
    ),
    nothing="还没有消息。",
)


def inbox(desk: Desk) -> Response:
    found = desk.ask(
        ShowInbox, InboxView, purpose="查看收件箱", organisation=desk.organisation, limit=_MOST
    )
    return desk.list_page("provider/inbox.html", _INBOX, found.messages, title="收件箱", most=_MOST)


ROUTES: Final[tuple[Route, ...]] = (page("/inbox", inbox, call="show-inbox"),)
