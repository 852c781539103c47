"""The public credit information platform of a city."""
