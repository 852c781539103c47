"""The rules of the regulation, pure and without input or output."""
