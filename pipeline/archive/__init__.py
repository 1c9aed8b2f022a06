"""What was received before: screens remembered by their words, found again, and compared word by word.

`add`, `find`, `families`, `forget` and `check` do what the commands `realfake archive ...` do; `picture` gives what is
kept of an image to be shown.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
