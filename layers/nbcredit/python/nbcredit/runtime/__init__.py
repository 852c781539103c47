"""The only place that knows Lambda, environment variables and Powertools."""
