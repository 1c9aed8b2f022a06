"""Fictional screens of fictional apps, drawn as phones draw them, with every text line known."""
