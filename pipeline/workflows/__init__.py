"""The public workflows: what a command does, a notebook does by one call with the same words."""
