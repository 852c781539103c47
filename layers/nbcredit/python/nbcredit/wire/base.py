"""What all bodies share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """A strict, frozen body: unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


CreditCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$", examples=["91330200MA2XXXXX0A"])]
PeriodText = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-10"])]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Purpose = Annotated[str, Field(min_length=2, max_length=100, examples=["报送核对"])]
