"""Why a workbook is refused as a whole, in the words of `docs/issue-codes.md`."""

from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.wording import spaced
from nbcredit.domain.issues import Issue, IssueCode
from nbcredit.domain.submissions import FileRefused


def not_a_table(
    kind: str, advice: str = "请在 Excel 中另存为“Excel 工作簿（.xlsx）”后重新上传"
) -> FileRefused:
    return _refused(IssueCode.NOT_A_TABLE, f"文件是{spaced(kind)}，不能读取：{advice}。")


def with_password() -> FileRefused:
    return _refused(
        IssueCode.PASSWORD,
        "文件设有密码：请在 Excel 中取消密码（文件→信息→保护工作簿）后重新上传。",
    )


def with_macros() -> FileRefused:
    return _refused(
        IssueCode.MACROS,
        "文件含有宏：请另存为不含宏的 Excel 工作簿（.xlsx）后重新上传。",
    )


def with_objects() -> FileRefused:
    return _refused(
        IssueCode.MACROS,
        "文件含有嵌入的对象或程序：请删去后另存为 Excel 工作簿（.xlsx）重新上传。",
    )


def unsafe(reason: str, *, row: int = 0) -> FileRefused:
    return _refused(
        IssueCode.UNSAFE_WORKBOOK,
        f"工作簿的结构不安全（{reason}）：请另存为 CSV UTF-8 后再上传。",
        row=row,
    )


def too_deep() -> FileRefused:
    return unsafe("元素的嵌套过深")


def too_long() -> FileRefused:
    return unsafe("一个单元格的文本过长")


def broken() -> FileRefused:
    return _refused(
        IssueCode.BROKEN_WORKBOOK, "工作簿已损坏，不能读取：请用 Excel 打开并另存后重新上传。"
    )


def too_wide(sheet: str, row: int, place: str, limit: int) -> FileRefused:
    return _refused(
        IssueCode.TOO_MANY_COLUMNS,
        f"工作表“{quoted(sheet)}”第 {row} 行的单元格 {place} 在第 {limit} 列之外，最多 {limit} 列："
        "请删去多余的列或使用模板。",
        row=row,
    )


def _refused(code: IssueCode, message: str, *, row: int = 0) -> FileRefused:
    return FileRefused([Issue(code=code, row=row, message=message)])
