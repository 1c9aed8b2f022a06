"""Drawing text: fonts and rasterisers."""
