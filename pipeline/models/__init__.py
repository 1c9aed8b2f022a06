"""A trained model: made, kept, described, used and evaluated."""
