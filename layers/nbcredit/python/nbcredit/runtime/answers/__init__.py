"""The calls of each subject, and the use cases that answer them."""
