"""Tells genuine images from manipulated ones, above all forged money-transfer screenshots."""
