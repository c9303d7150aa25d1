"""The edges: REST on Quart, the WebSockets, the metrics. It decodes, authorises, asks an actor and encodes."""
