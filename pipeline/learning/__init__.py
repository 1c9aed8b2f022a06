"""Learning from few fakes: strategies, cross-validation, calibration, thresholds, explanations."""
