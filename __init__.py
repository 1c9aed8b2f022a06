"""Tells genuine images from manipulated ones, above all forged money-transfer screenshots.

Everything public is here; it is loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
