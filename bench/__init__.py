"""Measurements of speed and scale: ratios within one run, on whatever machine it is."""
