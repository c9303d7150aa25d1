// The official client, driven line by line: a JSON command on stdin, JSON answers and events on stdout.
//
//   {"id": 1, "do": "conectar", "url": "…", "opcoes": {…}}   → {"id": 1, "ok": true} or {"id": 1, "erro": …, "data": …}
//   {"id": 2, "do": "emitir", "evento": "…", "dados": {…}}   → {"id": 2, "ack": …}
//   {"id": 3, "do": "desconectar"}                           → {"id": 3, "ok": true}
//
// and at any time {"evento": "…", "args": [data, seq?]}, {"saiu": reason}, {"voltou": true}, {"transporte": name}.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

let socket;
const dizer = (linha) => process.stdout.write(JSON.stringify(linha) + "\n");

function conectar({ id, url, opcoes }) {
  socket = io(url, { forceNew: true, timeout: 10000, reconnectionDelay: 50, reconnectionDelayMax: 200, ...opcoes });
  let primeira = true;
  socket.on("connect", () => {
    if (primeira) dizer({ id, ok: true });
    else dizer({ voltou: true });
    primeira = false;
    dizer({ transporte: socket.io.engine.transport.name });
    socket.io.engine.on("upgrade", (transporte) => dizer({ transporte: transporte.name }));
  });
  socket.on("connect_error", (erro) => {
    if (primeira) dizer({ id, erro: erro.message, data: erro.data ?? null });
  });
  socket.on("disconnect", (motivo) => dizer({ saiu: motivo }));
  socket.onAny((evento, ...args) => {
    const seq = args[1];
    if (seq !== undefined && socket.auth && typeof socket.auth === "object") socket.auth.desde = seq;
    dizer({ evento, args });
  });
}

const comandos = {
  conectar,
  emitir({ id, evento, dados }) {
    socket.emit(evento, dados, (ack) => dizer({ id, ack }));
  },
  soltar({ id, evento, dados }) {
    socket.emit(evento, dados);
    dizer({ id, ok: true });
  },
  desconectar({ id }) {
    socket.disconnect();
    dizer({ id, ok: true });
  },
};

for await (const linha of createInterface({ input: process.stdin })) {
  const comando = JSON.parse(linha);
  comandos[comando.do](comando);
}
process.exit(0);
