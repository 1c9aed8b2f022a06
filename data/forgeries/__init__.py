"""Forgeries: a screenshot edited as forgers do, with a mask of what they touched."""

from realfake.data.forgeries.forger import Forgery, forge

__all__ = ["Forgery", "forge"]
