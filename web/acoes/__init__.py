"""What a client can do in the same way by REST and by a socket."""
