"""The past of JPEG coefficients: own coefficients, grids, one and two quantizations."""
