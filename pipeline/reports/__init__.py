"""Pages for people: the report of a comparison, the case of an image."""
