"""The author of an item whose rows are declared as a table."""

from datetime import date
from decimal import Decimal
from typing import Final

from nbcredit.samples.dice import Dice
from nbcredit.samples.parts import Draw
from nbcredit.samples.spoilers import Values
from nbcredit.samples.subjects import City
from nbcredit.samples.tables import Table

_CORRECTED: Final = "（已更正）"


class Drawn:
    """Row n is about subject n; after the last subject the next turn begins with the first."""

    def __init__(self, table: Table, *, city: City, today: date, subjects: int) -> None:
        self._table = table
        self._city = city
        self._today = today
        self._subjects = subjects
        self.titles: tuple[str, ...] = tuple(dict.fromkeys((*table.fields, table.revised)))

    def row(self, number: int, dice: Dice) -> Values:
        turn, subject = (0, number) if self._table.once else divmod(number, self._subjects)
        draw = Draw(self._city, self._today, number, subject, turn, dice)
        for part in self._table.parts:
            part(draw)
        return draw.values

    def revise(self, values: Values) -> Values:
        """Return the record with another amount, or with words that say it was corrected."""
        name = self._table.revised
        value = values.get(name, "")
        if value.replace(".", "", 1).isdigit():
            return {**values, name: str(Decimal(value) + 1)}
        return {**values, name: value + _CORRECTED}
