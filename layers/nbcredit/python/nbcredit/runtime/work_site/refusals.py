"""What the site itself refuses, before a call is asked."""

from typing import ClassVar

from nbcredit.domain.errors import BadRequest, Forbidden, NotFound, Refusal


class SiteRefusal(Refusal):
    """A refusal with a status of its own."""

    status: ClassVar[int] = 400


class NoSuchPage(NotFound):
    """Nothing is there."""

    code = "no-such-page"

    def __init__(self) -> None:
        super().__init__("没有这个页面：请核对网址，或从首页重新进入。")


class WrongMethod(SiteRefusal):
    """The address exists, but not for this."""

    code = "method-not-allowed"
    status = 405

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(f"这个地址只接受 {'、'.join(allowed)} 请求。")
        self.allowed = allowed


class BodyTooLarge(SiteRefusal):
    """More was sent than a form or a call may hold; files go by a form of the bucket."""

    code = "body-too-large"
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            f"提交的内容超过 {most // 1024} KB：数据多时请上传文件（在“报送”页选择文件）。"
        )


class FileTooLargeHere(SiteRefusal):
    """A file that the site does not put itself: the browser sends it to the bucket, by script."""

    code = "file-too-large-here"
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            f"文件超过 {most // 1024 // 1024} MB：请在浏览器中启用 JavaScript 后重新上传，"
            "或者分成几个文件。"
        )


class WrongMediaType(SiteRefusal):
    """The body is of another kind than the address takes."""

    code = "unsupported-media-type"
    status = 415

    def __init__(self, expected: str) -> None:
        super().__init__(f"请求正文的类型不对：请用 Content-Type: {expected}。")


class HeadersTooLarge(SiteRefusal):
    """More headers than API Gateway takes."""

    code = "headers-too-large"
    status = 431

    def __init__(self) -> None:
        super().__init__("请求头超过 10240 字节：请清除本网站的 Cookie 后重试。")


class BodyNotUnderstood(BadRequest):
    """The body cannot be read."""

    code = "body-not-understood"

    def __init__(self, why: str) -> None:
        super().__init__(f"请求正文读不懂：{why}")


class NotFromHere(Forbidden):
    """A form that this site did not give to this session (CSRF)."""

    code = "not-from-here"

    def __init__(self) -> None:
        super().__init__(
            "这次提交不是从本网站的页面发出的，或者页面已经过期：请返回后重新打开页面再提交。"
        )


class BadPlace(BadRequest):
    """A place in a list that this session was not given (F59)."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__("翻页位置无效，可能是列表条件已经改变：请从第一页重新翻阅。")


class NotByTheTerminator(SiteRefusal):
    """The request did not come through the trusted TLS terminator."""

    code = "not-by-the-terminator"
    status = 403

    def __init__(self) -> None:
        super().__init__("请从工作网站的正式网址访问。")
