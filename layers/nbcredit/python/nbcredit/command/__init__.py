"""The command line of providers and operators."""
