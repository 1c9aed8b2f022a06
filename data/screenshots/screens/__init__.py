"""Kinds of screen, a module a kind."""
