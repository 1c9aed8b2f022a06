"""Forgeries: a screenshot edited as forgers do, with a mask of what they touched."""

from data.forgeries.forge import Forgery, forge

__all__ = ["Forgery", "forge"]
