"""The demo: accounts of every role, invented tickets with their history, and the command that starts it all."""
