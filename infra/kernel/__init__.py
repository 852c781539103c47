"""The optional compiled kernel: the engine's inner modules, compiled from their own sources."""
