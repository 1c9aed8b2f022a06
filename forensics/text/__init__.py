"""The region level: where text stands on a screen, and what sets one word apart from its peers."""

import realfake.forensics.families  # noqa: F401  (some are imported below: columns keep their order whatever is imported first)
