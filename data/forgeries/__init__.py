"""Forgeries: a screenshot edited as forgers do, with a mask of what they touched."""

from data.forgeries.forger import Forgery, forge

__all__ = ["Forgery", "forge"]
