"""Invented files with valid check characters, for demonstration and tests."""
