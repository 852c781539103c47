import sys

from hypothesis import given, strategies as st

from nbcredit.cleaning.duplicates import Duplicates

ROWS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2)), max_size=200)


class TestDuplicates:
    @given(ROWS)
    def test_remember_what_a_dictionary_would(self, rows: list[tuple[int, int]]) -> None:
        seen, first = Duplicates(), dict[int, tuple[int, int]]()

        for number, (key, content) in enumerate(rows, 2):
            earlier = seen.see(hash(str(key)), hash(str(content)), number)
            known = first.setdefault(key, (number, content))
            expected = None if known[0] == number else (known[0], known[1] == content)
            assert earlier == expected

        assert len(seen) == len(first)

    def test_keep_all_keys_while_they_grow(self) -> None:
        seen = Duplicates()

        for number in range(20_000):
            assert seen.see(hash(f"key {number}"), 0, number) is None

        assert all(seen.see(hash(f"key {n}"), 0, 0) == (n, True) for n in range(0, 20_000, 7))

    def test_take_few_bytes_a_row(self) -> None:
        seen = Duplicates()
        for number in range(100_000):
            seen.see(hash(f"key {number}"), 0, number)

        tables = (seen._keys, seen._contents, seen._rows, seen._slots)
        assert sum(map(sys.getsizeof, tables)) / 100_000 < 36
