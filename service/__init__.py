"""The desk: an HTTP service and a review page over the public API; nothing is measured or learnt here."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
