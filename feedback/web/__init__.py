"""The console and the doors: HTTP only."""
