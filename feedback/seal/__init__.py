"""Keys and sealed words: what the tables hold can't be read without a key that is kept elsewhere (decision 4)."""
