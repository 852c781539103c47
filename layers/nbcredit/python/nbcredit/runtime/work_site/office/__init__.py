"""The desk of the office that leads the work: the catalogue, and what lies outside of it."""
