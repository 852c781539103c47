"""What everybody may see: style and script, the look, the map of the site."""

from dataclasses import replace
from typing import Final

from nbcredit.pages.static_files import by_sent_name
from nbcredit.runtime.work_site.desk import LARGE, Desk, Visit
from nbcredit.runtime.work_site.refusals import NoSuchPage
from nbcredit.runtime.work_site.responses import Cookie, Response, is_local
from nbcredit.runtime.work_site.routes import Route, page

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_YEAR_DAYS: Final = 365


def static(visit: Visit) -> Response:
    file = by_sent_name().get(visit.request.parameters["name"])
    if file is None:
        raise NoSuchPage
    packed = "gzip" in visit.request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        body=file.packed if packed else file.content, media_type=file.media_type, headers=headers
    )


def look(visit: Visit) -> Response:
    """Change between the usual look and that for older people (大字、高对比)."""
    back = visit.fields.get("back", "/")
    chosen = Cookie(LARGE, visit.fields.get("large", "") and "1", lasts_days=_YEAR_DAYS)
    return visit.see(back if is_local(back) else "/").with_cookie(replace(chosen, strict=False))


def site_map(desk: Desk) -> Response:
    return desk.page("site_map.html", title="网站地图")


def home(desk: Desk) -> Response:
    return desk.page("home.html", title="首页")


ROUTES: Final = (
    Route(method="GET", path="/static/{name}", view=static, open_to_all=True),
    Route(method="POST", path="/look", view=look, open_to_all=True),
    page("/", home),
    page("/site-map", site_map),
)
