"""Judging words: the scorer, template memory, two levels in one table, suspects."""
