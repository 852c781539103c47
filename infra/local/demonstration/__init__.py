"""`make demo`: files of five providers and a registry go through the whole deployment."""
