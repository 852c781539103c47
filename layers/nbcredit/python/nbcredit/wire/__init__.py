"""The bodies of messages, calls and answers."""
