"""The desk of those who report: what is to be done, files and rows, feedback, cases."""
