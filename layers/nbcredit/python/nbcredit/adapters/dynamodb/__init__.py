"""The tables; PynamoDB is known only here."""
