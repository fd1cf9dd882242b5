"""The verbs of the desk, one file for each thing it does. Knows no HTTP, no Valkey, no provider."""
