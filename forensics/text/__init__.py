"""The region level: where text stands on a screen, and what sets one word apart from its peers."""
