"""The helpdesk: its tables, its verbs, its console."""
