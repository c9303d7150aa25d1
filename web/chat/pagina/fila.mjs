// Messages leave one after the other, in the order in which they were written; each again until it is known to be there.
// Its id makes it the same message however often it is sent.

import { comecarSessao, esquecer, renovar, sessao } from "./guardado.mjs";
import { deJson, LENTA, pedir, Recusada } from "./recusada.mjs";
import { anunciar, avisar, mostrar } from "./vista.mjs";

const MAXIMO_DE_ESPERA = 30_000;
const LENTA_MS = 60_000;
const SEM_REDE = "Sem conexão: a mensagem será enviada assim que der.";
const DEVAGAR = "A mensagem ainda não foi enviada: tentando de novo…";

const fila = [];
let enviando = false;
let acordar = () => {};
let conversa = null; // {comecou, terminou}: told when there is a session, and when it is good no more

export function ligarFila(aoMudar) {
  conversa = aoMudar;
  window.addEventListener("beforeunload", (e) => {
    if (fila.length) e.preventDefault(); // the browser asks whether to leave what was not sent
  });
}

// What waits to be tried again is tried now.
export function tentarJa() {
  acordar();
}

const cochilar = (ms) =>
  new Promise((pronto) => {
    acordar = pronto;
    setTimeout(pronto, ms);
  });

export function porNaFila(dados, mandar) {
  mostrar({ ...dados, estado: "enviando" });
  fila.push({ dados, mandar });
  escoar();
}

async function escoar() {
  if (enviando) return;
  enviando = true;
  let demora = 500;
  while (fila.length) {
    const desde = Date.now();
    try {
      await mandarA(fila[0]);
      fila.shift();
      demora = 500;
      avisar("rede", null);
    } catch (erro) {
      if (erro.status === 401) {
        esquecer();
        conversa.terminou();
      } else if (insistir(erro, Date.now() - desde, demora)) {
        avisar("rede", erro instanceof Recusada ? DEVAGAR : SEM_REDE);
        await cochilar(Math.max(erro.esperaMs ?? 0, demora * (0.5 + Math.random())));
        demora = Math.min(2 * demora, MAXIMO_DE_ESPERA);
      } else {
        recusar(fila.shift(), erro instanceof Recusada ? erro : { message: LENTA });
      }
    }
  }
  enviando = false;
}

// Whether the same is tried again by itself, and those behind it wait.
function insistir(erro, levouMs, demora) {
  if (!(erro instanceof Recusada)) return levouMs < LENTA_MS; // a large file: once more costs the visitor's data
  return erro.passa && !(erro.status === 500 && demora === MAXIMO_DE_ESPERA); // it is this one that fails
}

async function mandarA({ dados, mandar }) {
  if (!sessao) {
    await comecarSessao(async () => (await pedir("POST", "/sessoes", deJson({}))).token);
    conversa.comecou();
  }
  const { token, em, tipo, arquivo } = await mandar();
  renovar(token);
  mostrar({ ...dados, em, tipo, arquivo, estado: undefined });
}

function recusar({ dados, mandar }, erro) {
  const repetir = erro.definitiva ? null : () => porNaFila(dados, mandar);
  avisar("rede", null);
  mostrar({ ...dados, estado: "falhou", motivo: erro.message, repetir });
  anunciar(`Não foi enviado. ${erro.message}`);
}
