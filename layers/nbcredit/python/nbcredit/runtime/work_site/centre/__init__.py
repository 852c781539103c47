"""The desk of the credit centre: what waits for its decision, each with its legal clock."""
