"""Write the generated pages."""

from infra.coverage.tables import TABLES

for table in TABLES:
    table.page.parent.mkdir(exist_ok=True)
    table.page.write_text(table.text(), encoding="utf-8")
    print(table.page.name)
