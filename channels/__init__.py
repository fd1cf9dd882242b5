"""The ways in and out: one adapter for each provider. Knows no ticket."""
