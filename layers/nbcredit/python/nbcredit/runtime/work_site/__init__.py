"""The work site: pages and calls for those who work here; `table` says how a desk is added."""
