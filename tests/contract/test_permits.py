"""The judge of the other tests, against what IAM documents of its conditions."""

import pytest

from tests.contract.permits import holds


class TestConditions:
    @pytest.mark.parametrize(
        ("operator", "holds_without_the_key"),
        [
            ("StringEquals", False),
            ("StringEqualsIfExists", True),
            ("StringNotEquals", True),
            ("StringNotEqualsIfExists", True),
            ("ArnNotEquals", True),
            ("ArnNotEqualsIfExists", True),
            ("StringLike", False),
            ("StringNotLike", True),
            ("Bool", False),
            ("NumericLessThan", False),
            ("ForAllValues:StringLike", True),
            ("ForAnyValue:StringLike", False),
            ("ForAnyValue:StringNotEquals", False),
        ],
    )
    def test_are_decided_where_the_key_is_absent(
        self, operator: str, *, holds_without_the_key: bool
    ) -> None:
        assert holds(operator, ["1"], []) is holds_without_the_key

    @pytest.mark.parametrize(
        ("operator", "values", "facts", "verdict"),
        [
            ("Null", ["true"], [], True),
            ("Null", ["true"], ["a"], False),
            ("Null", ["false"], [], False),
            ("Null", ["false"], ["a"], True),
            ("StringEquals", ["a", "b"], ["b"], True),
            ("StringEquals", ["*"], ["b"], False),
            ("StringLike", ["SUB#*"], ["SUB#1"], True),
            ("StringNotEquals", ["a", "b"], ["b"], False),
            ("StringNotEquals", ["a", "b"], ["c"], True),
            ("StringNotEqualsIfExists", ["a"], ["a"], False),
            ("ArnNotEquals", ["DataKey.Arn"], ["FieldKey.Arn"], True),
            ("Bool", ["false"], ["false"], True),
            ("NumericLessThan", ["1.2"], ["1.1"], True),
            ("NumericLessThan", ["1.2"], ["1.2"], False),
            ("ForAllValues:StringLike", ["SUB#*"], ["SUB#1", "LANES"], False),
            ("ForAnyValue:StringLike", ["SUB#*"], ["SUB#1", "LANES"], True),
        ],
    )
    def test_compare_what_the_request_says(
        self, operator: str, values: list[str], facts: list[str], *, verdict: bool
    ) -> None:
        assert holds(operator, values, facts) is verdict

    def test_of_an_unknown_operator_are_not_guessed(self) -> None:
        with pytest.raises(KeyError):
            holds("IpAddress", ["10.0.0.0/8"], ["10.0.0.1"])
