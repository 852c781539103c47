"""Says in words of the page what is wrong with a field that the call itself refused."""

from typing import Final

from nbcredit.pages.frames import Fault
from nbcredit.runtime.work_site.desk import Desk

# What `Desk.tried` says of a member of a call that is not as the wire has it.
_PLAIN: Final = "请核对这一项"


def in_words(desk: Desk, **words: str) -> Desk:
    """Return the desk with its plain faults told in `words`, by the field's name."""
    return desk.wrong(
        *(
            Fault(words[fault.field], fault.field)
            if fault.field in words and fault.text.startswith(_PLAIN)
            else fault
            for fault in desk.faults
        )
    )
