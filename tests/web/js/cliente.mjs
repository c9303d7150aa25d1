// The official client, driven line by line: a JSON command on stdin, JSON answers and events on stdout. One process
// holds many clients, each under a name (`quem`).
//
//   {"id": 1, "quem": "a", "do": "conectar", "url": "…", "opcoes": {…}}  → {"id": 1, "ok": true}
//                                                                        or {"id": 1, "erro": message, "data": …}
//   {"id": 2, "quem": "a", "do": "emitir", "evento": "…", "dados": {…}}  → {"id": 2, "ack": …}
//   {"id": 3, "quem": "a", "do": "soltar", "evento": "…", "dados": {…}}  → {"id": 3, "ok": true}, without an ack
//   {"id": 4, "quem": "a", "do": "cair"}            the transport breaks → {"id": 4, "ok": true} when it noticed
//   {"id": 5, "quem": "a", "do": "voltar", "auth": {…}}                  → as conectar
//   {"id": 6, "quem": "a", "do": "desconectar"}                          → {"id": 6, "ok": true}
//
// and at any time, with `quem`: {"evento": "…", "args": [data, seq?]}, {"saiu": reason}, {"voltou": true} when it
// connected again by itself, {"transporte": name}.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const clientes = new Map();
const dizer = (linha) => process.stdout.write(JSON.stringify(linha) + "\n");

class Cliente {
  constructor(quem, url, opcoes) {
    this.quem = quem;
    this.esperando = null; // the id of the command that waits for the connection
    this.socket = io(url, { forceNew: true, timeout: 10000, reconnectionDelay: 20, reconnectionDelayMax: 100, ...opcoes });
    this.socket.io.on("open", () => this.abriu());
    this.socket.on("connect", () => this.entrou());
    this.socket.on("connect_error", (erro) => this.responder({ erro: erro.message, data: erro.data ?? null }));
    this.socket.on("disconnect", (motivo) => this.contar({ saiu: motivo }));
    this.socket.onAny((evento, ...args) => this.recebeu(evento, args));
  }

  contar(fato) {
    dizer({ quem: this.quem, ...fato });
  }

  responder(resposta) {
    if (this.esperando === null) return false;
    dizer({ id: this.esperando, ...resposta });
    this.esperando = null;
    return true;
  }

  abriu() {
    const { engine } = this.socket.io;
    this.contar({ transporte: engine.transport.name });
    engine.on("upgrade", (transporte) => this.contar({ transporte: transporte.name }));
  }

  entrou() {
    if (!this.responder({ ok: true })) this.contar({ voltou: true });
  }

  recebeu(evento, args) {
    const seq = args[1] ?? (evento === "connected" ? args[0].seq : undefined);
    if (seq !== undefined) this.socket.auth.desde = seq;
    this.contar({ evento, args });
  }
}

const comandos = {
  conectar({ id, quem, url, opcoes }) {
    const cliente = new Cliente(quem, url, { ...opcoes, auth: { ...opcoes.auth } });
    cliente.esperando = id;
    clientes.set(quem, cliente);
  },
  emitir({ id, quem, evento, dados }) {
    clientes.get(quem).socket.emit(evento, dados, (ack) => dizer({ id, ack }));
  },
  soltar({ id, quem, evento, dados }) {
    clientes.get(quem).socket.emit(evento, dados);
    dizer({ id, ok: true });
  },
  cair({ id, quem }) {
    const { socket } = clientes.get(quem);
    socket.io.reconnection(false);
    socket.once("disconnect", () => dizer({ id, ok: true }));
    socket.io.engine.close();
  },
  voltar({ id, quem, auth }) {
    const cliente = clientes.get(quem);
    cliente.esperando = id;
    cliente.socket.auth = { ...auth };
    cliente.socket.connect();
  },
  desconectar({ id, quem }) {
    clientes.get(quem).socket.disconnect();
    dizer({ id, ok: true });
  },
};

for await (const linha of createInterface({ input: process.stdin })) {
  const comando = JSON.parse(linha);
  comandos[comando.do](comando);
}
process.exit(0);
