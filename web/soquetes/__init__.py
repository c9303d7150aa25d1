"""What both WebSocket edges share: the ways out to a client, and how one is refused."""
