"""What the platform's own templates are known by when they come back filled in (A6.1)."""

from typing import Final

# Custom properties of the workbook: the item, and the version of its catalogue.
ITEM_PROPERTY: Final = "nbcredit-item"
VERSION_PROPERTY: Final = "nbcredit-version"
# The sheets beside the one for the records.
GUIDE_SHEET: Final = "填写说明"
SAMPLE_SHEET: Final = "样例"
LISTS_SHEET: Final = "选项"
OWN_SHEETS: Final = frozenset({GUIDE_SHEET, SAMPLE_SHEET, LISTS_SHEET})

# The workbook of rows that went back: the property is its submission, the sheet has no records.
FEEDBACK_PROPERTY: Final = "nbcredit-feedback"
FEEDBACK_GUIDE_SHEET: Final = "说明"
