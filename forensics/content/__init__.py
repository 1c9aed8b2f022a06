"""What the receipt says: fields read, codes decoded, and each held against the others."""
