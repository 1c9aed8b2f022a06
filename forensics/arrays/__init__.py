"""Arrays only, no image: compiled kernels, blocks, wavelets, sequences."""
