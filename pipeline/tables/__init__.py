"""Feature tables: reading, writing, labels, near-duplicates, tables for readers."""
