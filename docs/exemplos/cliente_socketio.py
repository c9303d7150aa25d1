import json, os
import socketio  # pip install "python-socketio[client]"

url, ticket, sala = os.environ["BALCAO_URL"], os.environ["TICKET"], "/atendimento"
auth, cliente = {"token": os.environ["TOKEN"], "salas": [ticket]}, socketio.Client()

@cliente.on("*", namespace=sala)
def ouvir(evento, dados, seq=None):
    print(json.dumps({"event": evento, "data": dados, "seq": seq}, ensure_ascii=False), flush=True)
    auth["desde"] = max(seq or dados.get("seq") or 0, auth.get("desde") or 0)  # handlers run in threads

cliente.connect(url, namespaces=[sala], auth=lambda: auth)  # comes back by itself, with what auth is then
resposta = cliente.call("mensagem:enviar", {"ticketId": ticket, "conteudo": "Olá!"}, namespace=sala)
print(json.dumps({"ack": resposta}, ensure_ascii=False), flush=True)
cliente.wait()
