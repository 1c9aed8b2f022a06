"""Forgeries: a screenshot edited as forgers do, with a mask of what they touched."""
