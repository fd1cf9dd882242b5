"""The slow parts, run later: each job is a few lines around a verb of the desk."""
