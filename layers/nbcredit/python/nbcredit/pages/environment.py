"""The Jinja2 environment: escaped always, and a name that is not there is an error."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nbcredit.pages import spelling
from nbcredit.pages.frames import Frame

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for spell in (
        spelling.day,
        spelling.moment,
        spelling.period,
        spelling.credit_code,
        spelling.number,
        spelling.size,
    ):
        made.filters[spell.__name__] = spell
    return made


def render(template: str, frame: Frame, **content: Any) -> str:
    """Return a page: the template with its frame and its content."""
    return environment().get_template(template).render(frame=frame, **content)
