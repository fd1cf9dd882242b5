"""What the commands call: setting up, running, rehearsing and keeping an installation."""
