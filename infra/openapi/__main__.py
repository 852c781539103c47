"""`python -m infra.openapi`: write the OpenAPI documents from the code; `make schemas` does it."""

import json
from pathlib import Path
from typing import Final

from nbcredit.runtime.work_site.openapi import document

FOLDER: Final = Path(__file__).parents[2] / "schemas" / "openapi"


def spelled() -> str:
    """Return the document as it is kept."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "work-site.json").write_text(spelled(), "utf-8")


if __name__ == "__main__":
    main()
