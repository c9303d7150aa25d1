import json, os, time
from simple_websocket import Client, ConnectionClosed  # pip install simple-websocket

url, ticket = os.environ["BALCAO_URL"].replace("http", "ws", 1) + "/atendimento/ws", os.environ["TICKET"]
auth, ola = {"token": os.environ["TOKEN"], "salas": [ticket]}, {"ticketId": ticket, "conteudo": "Olá!"}
while True:
    try:
        ws = Client.connect(url)
        ws.send(json.dumps({"event": "autenticar", "data": auth}))
        if "desde" not in auth: ws.send(json.dumps({"event": "mensagem:enviar", "data": ola, "ack": 1}))
        while quadro := json.loads(ws.receive()):
            print(json.dumps(quadro, ensure_ascii=False), flush=True)
            auth["desde"] = quadro.get("seq") or quadro["data"].get("seq") or auth.get("desde")
    except (ConnectionClosed, OSError) as fim:
        if getattr(fim, "reason", None) in (4401, 4403): raise  # another token first
        time.sleep(1)
