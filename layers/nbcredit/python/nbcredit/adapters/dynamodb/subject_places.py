"""Where subjects are kept: which table, and under what condition they are written."""

from typing import Any

from nbcredit.adapters.dynamodb.tables import (
    LegalPersonsModel,
    NaturalPersonsModel,
)


def table_of(pk: str) -> str:
    natural = pk.startswith("NP")
    return NaturalPersonsModel.Meta.table_name if natural else LegalPersonsModel.Meta.table_name


def only_if(revision: int | None) -> dict[str, Any]:
    if revision is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "revision = :revision",
        "ExpressionAttributeValues": {":revision": {"N": str(revision)}},
    }
