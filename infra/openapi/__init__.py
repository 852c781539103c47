"""Writes the OpenAPI documents of the platform."""
