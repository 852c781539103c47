"""Which requirements and faults have tests, read from the tests' marks."""
