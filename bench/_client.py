"""``python -m bench._client``: works through the load that comes on standard input."""

from __future__ import annotations

import gc
import sys

import msgspec
import trio

from bench._load_answers import Answers, PacedAnswers
from bench._load_crowd import Crowd
from bench._load_cycles import Cycles, PacedEcho, PacedRequests
from bench._load_fanout import Fanout
from bench._load_http import Flood, Paced, Requests
from bench._load_messages import PacedMessages
from bench._load_tickets import NewTickets
from bench._load_typing import Typing
from bench._load_webhooks import PacedWebhooks, Webhooks
from bench._load_ws import Frames

AnyLoad = (
    Flood
    | Paced
    | Requests
    | NewTickets
    | Frames
    | Cycles
    | PacedEcho
    | PacedRequests
    | PacedMessages
    | Fanout
    | Crowd
    | Typing
    | Webhooks
    | PacedWebhooks
    | Answers
    | PacedAnswers
)

if __name__ == "__main__":
    load = msgspec.json.decode(sys.stdin.buffer.read(), type=AnyLoad)
    gc.freeze()  # a collection of what is loaded would be taken for the server's slowness
    sys.stdout.buffer.write(msgspec.json.encode(trio.run(load.work)))
