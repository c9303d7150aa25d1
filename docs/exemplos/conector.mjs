// Each line of standard input is what a contact wrote; each message to a contact is printed, as if it were sent.
// Node.js 22 or newer; of 20: node --experimental-websocket conector.mjs
import { createInterface } from "node:readline";

const { BALCAO_URL, TOKEN, CANAL } = process.env;
const emMaos = new Map(); // jobs that we took: our answer to each, once there is one, until it is noted
const porEntregar = new Map(); // what contacts wrote and is not acknowledged, by ref
let [ligado, refs] = [null, 0]; // the connection, once the canal is ours to serve; and how many entradas there were

const chave = ({ id, tentativa }) => `${id} ${tentativa}`;
const ola = () => ({ tipo: "ola", versao: 1, conector: "exemplo", emMaos: [...emMaos.values()].map((um) => um.meu) });
const dizer = (tipo, dito) => ligado?.readyState === WebSocket.OPEN && ligado.send(JSON.stringify({ tipo, ...dito }));

// Call the provider here: give it trabalho.id, if it has a place for what it shall tell back to us.
async function enviar({ id, envio }) {
  console.log(JSON.stringify({ para: envio.para.valor, texto: envio.conteudo ?? "" }));
  return { desfecho: "aceito", idExterno: `fora-${id}` };
}

async function fazer(trabalho) {
  const meu = { id: trabalho.id, tentativa: trabalho.tentativa, canalId: CANAL };
  emMaos.set(chave(meu), { meu });
  // it may have been sent, if it throws
  const feito = await enviar(trabalho).catch((erro) => ({ desfecho: "desconhecido", erro: erro.name }));
  const resposta = { id: meu.id, tentativa: meu.tentativa, ...feito };
  emMaos.set(chave(meu), { meu, resposta });
  dizer("resultado", resposta);
}

const frases = {
  bemvindo({ canais }, ws) {
    if (!canais.some((canal) => canal.id === CANAL)) return console.error(`${CANAL}: not of this token`);
    ligado = ws;
    dizer("assinar", { canalId: CANAL, credito: 10 });
    for (const { resposta } of emMaos.values()) if (resposta) dizer("resultado", resposta);
    for (const entrada of porEntregar.values()) dizer("entrada", entrada);
  },
  trabalho: fazer,
  anotado: (quadro) => emMaos.delete(chave(quadro)),
  ack(quadro, ws) {
    if (quadro.tentarEmMs !== undefined) return ws.close(); // later, on a new connection
    porEntregar.delete(quadro.ref);
    if (!["nova", "repetida"].includes(quadro.mensagens?.[0].situacao)) console.error(quadro);
  },
  erro: (quadro) => console.error(quadro.message),
};

createInterface({ input: process.stdin }).on("line", (linha) => {
  const { id, de, nome, texto } = JSON.parse(linha); // the id of a message is always the same
  const mensagem = { id, de: { tipo: "telefone", valor: de }, nome, em: Date.now(), conteudo: texto };
  porEntregar.set(++refs, { ref: refs, canalId: CANAL, mensagens: [mensagem] });
  dizer("entrada", porEntregar.get(refs));
});
setInterval(() => dizer("batida"), 5000);

(function conectar() {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const ws = new WebSocket(`${BALCAO_URL.replace("http", "ws")}/conectores/ws`, { headers });
  ws.onopen = () => ws.send(JSON.stringify(ola()));
  ws.onmessage = ({ data }) => frases[JSON.parse(data).tipo]?.(JSON.parse(data), ws);
  ws.onclose = ws.onerror = ({ code, message, reason }) => {
    ws.onclose = ws.onerror = null; // one of them is enough
    console.error(message || reason || `closed: ${code}`); // which says no more of a 401 or 403
    [4401, 4403, 4409].includes(code) ? process.exit(1) : setTimeout(conectar, 1000);
  };
})();
