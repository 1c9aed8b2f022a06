"""Strategies against each other: cross-validation, protocols, significance, records."""
