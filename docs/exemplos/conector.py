"""Each line of standard input is what a contact wrote; each message to a contact is printed, as if it were sent."""
import json, os, sys, threading, time
from websocket import WebSocket, WebSocketException  # pip install websocket-client

URL, TOKEN, CANAL = os.environ["BALCAO_URL"].replace("http", "ws", 1), os.environ["TOKEN"], os.environ["CANAL"]
em_maos = {}  # jobs that we took, by id and tentativa: our answer to each, once there is one, until it is noted
por_entregar = {}  # what contacts wrote and is not acknowledged, by ref
ligado = None  # the connection, once the canal is ours to serve

def dizer(tipo, **campos):
    try:
        if ligado: ligado.send(json.dumps({"tipo": tipo, **campos}))
    except (WebSocketException, OSError): pass  # what matters is said again when we are back

def enviar(trabalho):
    """Call the provider here: give it ``trabalho["id"]``, if it has a place for what it shall tell back to us."""
    envio = trabalho["envio"]
    print(json.dumps({"para": envio["para"]["valor"], "texto": envio.get("conteudo", "")}), flush=True)
    return {"desfecho": "aceito", "idExterno": "fora-" + trabalho["id"]}

def fazer(trabalho):
    em_maos[chave := (trabalho["id"], trabalho["tentativa"])] = None
    try: resposta = enviar(trabalho)
    except Exception as erro:  # it may have been sent: whoever sends it again must know better
        resposta = {"desfecho": "desconhecido", "erro": type(erro).__name__}
    em_maos[chave] = {"id": chave[0], "tentativa": chave[1], **resposta}
    dizer("resultado", **em_maos[chave])

def ler_contatos():
    for ref, linha in enumerate(sys.stdin):  # {"id", "de", "nome", "texto"}; its id is always the same
        dito = json.loads(linha)
        mensagem = {"id": dito["id"], "de": {"tipo": "telefone", "valor": dito["de"]}, "nome": dito["nome"],
                    "em": int(time.time() * 1000), "conteudo": dito["texto"]}
        por_entregar[ref] = {"ref": ref, "canalId": CANAL, "mensagens": [mensagem]}
        dizer("entrada", **por_entregar[ref])

def receber(ws, quadro):
    global ligado
    if quadro["tipo"] == "bemvindo" and CANAL in [canal["id"] for canal in quadro["canais"]]:
        ligado = ws
        dizer("assinar", canalId=CANAL, credito=10)
        for resposta in [r for r in em_maos.values() if r]: dizer("resultado", **resposta)
        for entrada in [*por_entregar.values()]: dizer("entrada", **entrada)
    elif quadro["tipo"] == "trabalho": threading.Thread(target=fazer, args=[quadro], daemon=True).start()
    elif quadro["tipo"] == "anotado": em_maos.pop((quadro["id"], quadro["tentativa"]), None)
    elif quadro["tipo"] == "ack" and "tentarEmMs" in quadro: raise OSError("later, on a new connection")
    elif quadro["tipo"] == "ack":
        por_entregar.pop(quadro["ref"], None)
        if quadro.get("mensagens", [{}])[0].get("situacao") not in ("nova", "repetida"): print(quadro, file=sys.stderr)
    elif quadro["tipo"] in ("erro", "bemvindo"): print(quadro.get("message", CANAL + " is not mine"), file=sys.stderr)

def bater():
    while not time.sleep(5): dizer("batida")

for tarefa in (ler_contatos, bater): threading.Thread(target=tarefa, daemon=True).start()
while True:
    try:
        ws = WebSocket()
        ws.connect(URL + "/conectores/ws", header={"Authorization": "Bearer " + TOKEN}, timeout=45)
        tem = [{"id": id_, "tentativa": tentativa, "canalId": CANAL} for id_, tentativa in [*em_maos]]
        ws.send(json.dumps({"tipo": "ola", "versao": 1, "conector": "exemplo", "emMaos": tem}))
        while (quadro := ws.recv_data())[0] != 8: receber(ws, json.loads(quadro[1]))
        if int.from_bytes(quadro[1][:2], "big") in (4401, 4403, 4409): sys.exit(quadro[1][2:].decode())
    except (WebSocketException, OSError) as erro:
        if getattr(erro, "status_code", None) in (401, 403): raise  # another token first
    ligado = None
    time.sleep(1)
