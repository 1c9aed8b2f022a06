"""One image in, evidence out: pixels and files, no labels and no learning."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
