"""The Ticket: a conversation, and the only writer of who owns it."""
