"""The receipt of a submission as a page that a provider prints and keeps (A8.5)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Final

from nbcredit.domain.exports import neutral
from nbcredit.domain.file_names import plain_name
from nbcredit.domain.issue_titles import title_of
from nbcredit.domain.periods import SHANGHAI
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import Submission
from nbcredit.usecases.receipts import PaperReceipt

OUTCOME_WORDS: Final = {
    Outcome.NEW: ("新增", "首次入库"),
    Outcome.UPDATED: ("更新", "替换了库中同一记录的旧内容"),
    Outcome.IDENTICAL: ("相同", "与库中内容一致，不用处理"),
    Outcome.OLDER: ("较旧", "库中已有更新的内容，本行记入历史"),
    Outcome.HELD: ("待比对", "暂不入库，需要核对主体"),
    Outcome.DUPLICATE: ("重复", "文件内重复，只入库一次，不用处理"),
    Outcome.REJECTED: ("退回", "有错误，没有入库，需要改好后重报"),
    Outcome.BLANK: ("空行", "没有内容"),
}
_MOST_CAUSES: Final = 20
_MOST_STRAYS: Final = 20
_STYLE: Final = """
body{font:15px/1.7 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Noto Sans SC",sans-serif;
color:#222;max-width:820px;margin:24px auto;padding:0 24px}
h1{font-size:24px;text-align:center;letter-spacing:6px;margin:8px 0 4px}
h2{font-size:17px;border-left:4px solid #2f6db5;padding-left:8px;margin:26px 0 8px}
p.sub{text-align:center;color:#666;margin:0 0 20px}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #bbb;padding:5px 10px;text-align:left;vertical-align:top}
th{background:#eef3f9;font-weight:600;white-space:nowrap}
td.n{text-align:right;white-space:nowrap}
td.w{white-space:nowrap}
td{overflow-wrap:anywhere}
td.code{font-family:Consolas,"DejaVu Sans Mono",monospace;font-size:13px;word-break:break-all}
.todo{background:#fff2cc;border:1px solid #e0c060;padding:8px 14px}
.done{background:#e7f4e4;border:1px solid #9cc893;padding:8px 14px}
footer{color:#666;font-size:13px;margin-top:26px;border-top:1px solid #ddd;padding-top:8px}
@media(max-width:600px){body{margin:12px auto;padding:0 12px}th{white-space:normal}
th,td{padding:4px 6px;font-size:14px}td.code{font-size:12px}}
@page{size:A4;margin:16mm}
@media print{body{margin:0;padding:0;max-width:none;font-size:11pt;print-color-adjust:exact;
-webkit-print-color-adjust:exact}h2{break-after:avoid}tr,.todo,.done{break-inside:avoid}}
"""


class HtmlPapers:
    """Papers as pages: nothing is loaded from elsewhere, and no text of a file is markup."""

    def receipt(self, told: PaperReceipt) -> str:
        return "\n".join(_page(told))


def _page(told: PaperReceipt) -> Iterator[str]:
    submission = told.submission
    yield "<!doctype html>"
    yield '<html lang="zh-CN"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>报送回执 {_text(submission.id)}</title>"
    yield f"<style>{_STYLE}</style></head><body>"
    yield "<h1>报送回执</h1>"
    yield '<p class="sub">宁波市公共信用信息平台</p>'
    yield from _table(_facts(told))
    yield "<h2>处理结果</h2>"
    yield from _outcomes(submission)
    yield "<h2>需要办理的事</h2>"
    yield from _to_do(told)
    if told.causes:
        yield "<h2>退回的原因，从最多的起</h2>"
        yield from _causes(told)
    yield (
        "<footer>本回执由平台自动生成。SHA-256 是收到的文件的校验值：文件有任何改动，校验值就会"
        "不同，可以据此证明报送的是哪一个文件。请妥善保存。</footer>"
    )
    yield "</body></html>"


def _facts(told: PaperReceipt) -> Iterator[tuple[str, str, bool]]:
    submission = told.submission
    file = submission.file
    yield "批次（回执编号）", submission.id, True
    yield "报送单位", f"{told.provider_name}（{submission.provider}）", False
    yield "目录项", f"{told.item_name}（{submission.item}），目录 {submission.catalogue} 版", False
    yield "报送期", submission.period, False
    yield "文件", f"{plain_name(file.name)}，{file.size:,} 字节", False
    yield "文件 SHA-256", file.sha256, True
    yield "收到时间", _moment(submission.reported_at), False
    if submission.settled_at is not None:
        yield "办结时间", _moment(submission.settled_at), False


def _table(rows: Iterator[tuple[str, str, bool]]) -> Iterator[str]:
    yield "<table>"
    for key, value, is_code in rows:
        kind = ' class="code"' if is_code else ""
        yield f"<tr><th>{_text(key)}</th><td{kind}>{_text(value)}</td></tr>"
    yield "</table>"


def _outcomes(submission: Submission) -> Iterator[str]:
    books = submission.books
    yield "<table><tr><th>结果</th><th>行数</th><th>说明</th></tr>"
    for outcome, (word, meaning) in OUTCOME_WORDS.items():
        if books[outcome]:
            yield f'<tr><td class="w">{word}</td><td class="n">{books[outcome]:,}</td>'
            yield f"<td>{meaning}</td></tr>"
    yield f'<tr><th>合计</th><td class="n">{books.total:,}</td>'
    yield f"<td>共读取 {books.rows:,} 行</td></tr>"
    yield "</table>"


def _to_do(told: PaperReceipt) -> Iterator[str]:
    if told.answers:
        yield (
            f'<p class="done">本次有 {told.answers:,} 行是对以前反馈的更正，已经入库，'
            "相应的反馈行已办结。</p>"
        )
    own = told.back - told.carried
    if own and told.due is not None:
        yield (
            f'<p class="todo">有 <b>{own:,}</b> 行没有入库。请下载“待处理的行”工作簿，在 '
            f"<b>{told.due.on.isoformat()}</b> 24:00 前改好重报，或者确认无误、撤回。"
            "没有问题的行已经入库，不用再报。放假安排有调整的，期限以平台上的反馈为准。</p>"
        )
    if told.carried:
        yield (
            f'<p class="todo">有 <b>{told.carried:,}</b> 行是对以前反馈的更正，但仍有问题，'
            "没有入库。它们沿用原来的反馈编号和期限，请继续改正。</p>"
        )
    if told.strays:
        yield (
            f"<p>第 {_rows(told.strays)} 行填写的反馈编号没有对应的待处理行"
            "（编号有误、不是本单位的，或已经办结），这些行按普通的行处理。</p>"
        )
    if not (own or told.carried):
        yield '<p class="done">没有要补办的事。</p>'


def _causes(told: PaperReceipt) -> Iterator[str]:
    yield "<table><tr><th>问题</th><th>列</th><th>行数</th><th>怎样处理</th></tr>"
    for cause in told.causes[:_MOST_CAUSES]:
        yield (
            f"<tr><td>{_text(title_of(cause.code))}（{cause.code.value}）</td>"
            f'<td>{_text(cause.header)}</td><td class="n">{cause.rows:,}</td>'
            f"<td>{_text(cause.message)}</td></tr>"
        )
    yield "</table>"
    if len(told.causes) > _MOST_CAUSES:
        yield f"<p>另有 {len(told.causes) - _MOST_CAUSES} 类，见工作簿的“说明”。</p>"


def _rows(numbers: Sequence[int]) -> str:
    shown = "、".join(map(str, numbers[:_MOST_STRAYS]))
    return shown + (" 等" if len(numbers) > _MOST_STRAYS else "")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）"


def _text(text: str) -> str:
    """Return a text that is no markup, and no formula where somebody opens the page in Excel."""
    return escape(neutral(text), quote=True)
