"""Probability that knows nothing of genetics: joint assignment and calibration."""
