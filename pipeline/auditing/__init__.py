"""What makes a result meaningless, found before any model is trained."""
