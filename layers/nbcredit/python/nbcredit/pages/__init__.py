"""Pages: Jinja2 templates and what they show; the only place that knows Jinja2."""
