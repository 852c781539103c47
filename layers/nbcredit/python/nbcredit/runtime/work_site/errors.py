"""Refusals as pages and as problem details, with what to do next."""

from http import HTTPStatus
from typing import Final

from nbcredit.domain.errors import Refusal, Unauthenticated, Unavailable
from nbcredit.pages.frames import Link
from nbcredit.runtime.answering import problem_of
from nbcredit.runtime.work_site.desk import Visit
from nbcredit.runtime.work_site.refusals import SiteRefusal, WrongMethod
from nbcredit.runtime.work_site.responses import Response, json_body

_TITLES: Final = {
    400: "请求有误",
    401: "请先登录",
    403: "无权操作",
    404: "没有找到",
    405: "不支持这种请求",
    409: "与现状冲突",
    413: "内容太大",
    415: "类型不对",
    431: "请求头太大",
    500: "网站出了问题",
    503: "暂时不可用",
}
_PATIENCE: Final = "10"


def problem(refusal: Refusal) -> Response:
    """Return a refusal as problem details (RFC 9457)."""
    told = problem_of(refusal)
    status = status_of(refusal)
    told |= {"status": status, "title": _TITLES.get(status, told["title"])}
    return _hinted(json_body(told, status=status, problem=True), refusal)


def error_page(visit: Visit, refusal: Refusal) -> Response:
    """Return a refusal as a page."""
    status = status_of(refusal)
    made = visit.page(
        "error.html",
        title=_TITLES.get(status, _TITLES[400]),
        status=status,
        detail=str(refusal) + _lost(visit, refusal),
        faults_of_body=(),
        ways=_ways(refusal),
        reference=visit.request.id or refusal.code,
    )
    return _hinted(made, refusal)


def broken(visit: Visit | None, *, call: bool, reference: str) -> Response:
    """Return what is told where something went wrong on our side; the log knows what."""
    detail = "网站内部出了问题，刚才的操作可能没有完成：请稍后查看结果，再决定是否重做。"
    if call or visit is None:
        body = {
            "type": "urn:nbcredit:problem:internal-error",
            "title": _TITLES[500],
            "status": 500,
            "detail": f"{detail}（编号 {reference}）",
            "code": "internal-error",
            "ok": False,
            "faults": [],
        }
        return json_body(body, status=500, problem=True)
    return visit.page(
        "error.html",
        title=_TITLES[500],
        status=500,
        detail=detail,
        faults_of_body=(),
        ways=(Link("回到首页", "/"),),
        reference=reference,
    )


def status_of(refusal: Refusal) -> int:
    if isinstance(refusal, SiteRefusal):
        return refusal.status
    if isinstance(refusal, Unauthenticated):
        return int(HTTPStatus.UNAUTHORIZED)
    return int(problem_of(refusal)["status"])


def _lost(visit: Visit, refusal: Refusal) -> str:
    """Say what became of a form whose session had ended: nothing of it can be kept."""
    if visit.request.method == "GET" or not isinstance(refusal, Unauthenticated):
        return ""
    return "刚才提交的内容没有保存，登录后请重新填写。"


def _ways(refusal: Refusal) -> tuple[Link, ...]:
    if isinstance(refusal, Unauthenticated):
        return (Link("登录", "/sign-in"),)
    return (Link("回到首页", "/"), Link("查看网站地图", "/site-map"))


def _hinted(response: Response, refusal: Refusal) -> Response:
    more: dict[str, str] = {}
    if isinstance(refusal, Unavailable):
        more["Retry-After"] = _PATIENCE
    if isinstance(refusal, Unauthenticated):
        # RFC 6750, 3: how programs sign in; browsers show nothing for it.
        more["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if isinstance(refusal, WrongMethod):
        more["Allow"] = ", ".join(refusal.allowed)
    return Response(
        body=response.body,
        media_type=response.media_type,
        status=response.status,
        headers={**response.headers, **more},
        cookies=response.cookies,
    )
