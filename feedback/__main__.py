"""`python -m feedback`: the commands of an installation."""

from feedback.cli import app

if __name__ == "__main__":
    app()
