"""Labels and scores that tests of figures share."""

import numpy as np

Y = np.array([1, 0, 1, 1, 0, 0, 0, 0, 0, 0])
S = np.array([0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def drawn(seed=0, n=300):
    """Labels, of which 15 % are fakes, and scores with ties that are higher for them."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.15).astype(int)
    return y, np.round(rng.normal(size=n) + y, 1)
