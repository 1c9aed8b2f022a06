"""Labelled images: manifests, public sets, drawn screens, forgeries and the channels that files travel."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
