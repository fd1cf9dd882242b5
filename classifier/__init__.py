"""From a text to a suggestion. Knows no ticket."""
