// The visitor's page of a web chat. The protocol is in docs/webchat.md.

import { ligarFila, porNaFila, tentarJa } from "./fila.mjs";
import { canal, esquecer, renovar, seguirOutrasAbas, sessao } from "./guardado.mjs";
import { deJson, pedir, Recusada } from "./recusada.mjs";
import * as vista from "./vista.mjs";

const { avisar, um } = vista;
const espera = (ms) => new Promise((pronto) => setTimeout(pronto, ms));

const MAXIMO_DE_ESPERA = 30_000;
const ESCREVENDO_MS = 3_000;
const LONGE_MS = 60_000; // away for so long, a socket may be dead and not know it
const ENDERECOS_MS = 4 * 3_600_000; // how long the addresses of files are good, at least

// -- live ---------------------------------------------------------------------------------------------------------------

let soquete = null;
let tentativas = 0;
let emDia = false;
let lidaDoComeco = 0; // when the addresses of all files were last read

function ligar() {
  if (soquete || !sessao) return;
  const ws = new WebSocket(`${location.origin.replace(/^http/, "ws")}/webchat/ws?canal=${canal}`);
  soquete = ws;
  ws.onopen = () => {
    emDia = false;
    if (!sessao.cursor) lidaDoComeco = Date.now();
    dizer("autenticar", { token: sessao.token, ...(sessao.cursor ? { cursor: sessao.cursor } : {}) });
  };
  ws.onmessage = ({ data }) => soquete === ws && receber(JSON.parse(data));
  ws.onclose = ({ code }) => {
    if (soquete !== ws) return;
    soquete = null;
    vista.mostrarDigitando(0);
    fechou(code);
  };
}

function fechou(code) {
  if (code === 4401) {
    esquecer();
    terminou();
  } else if (code === 4409) {
    avisar("abas", "Esta conversa está aberta em outras abas: volte a esta para continuar aqui.");
  } else if (sessao) {
    if (code === 4400) sessao.cursor = null; // of another conversation
    religar();
  }
}

async function religar() {
  tentativas += 1;
  if (tentativas > 2) vista.situar((await semChat()) ? "Este chat não está disponível agora." : "Conectando de novo…");
  await espera(Math.min(1_000 * 2 ** tentativas, MAXIMO_DE_ESPERA) * (0.5 + Math.random()));
  ligar();
}

// Why a socket was not let in, no browser tells a page.
async function semChat() {
  try {
    await pedir("GET", "/config", { cache: "reload" });
    return false;
  } catch (erro) {
    return erro instanceof Recusada && erro.semChat;
  }
}

function desligar() {
  const ws = soquete;
  soquete = null;
  ws?.close();
}

function terminou() {
  desligar();
  avisar("fim", "A conversa de antes terminou. Escreva para começar outra.");
  um("quem").hidden = false;
}

function dizer(evento, dados) {
  if (soquete?.readyState === WebSocket.OPEN) soquete.send(JSON.stringify({ event: evento, data: dados }));
}

function receber({ event, data }) {
  switch (event) {
    case "pronto":
      renovar(data.token);
      break;
    case "mensagem":
      sessao.cursor = data.cursor;
      if (vista.mostrar(data) && data.de === "atendente") {
        vista.mostrarDigitando(0);
        if (emDia) vista.anunciar(`${data.nome ?? "Atendimento"}: ${data.texto || data.arquivo?.nome || ""}`);
      }
      marcarLidas();
      break;
    case "em_dia":
      tentativas = 0;
      emDia = true;
      sessao.cursor = data.cursor;
      avisar("abas", null);
      marcarLidas();
      break;
    case "conversa":
      vista.pintarConversa(data);
      break;
    case "fila_posicao":
      vista.pintarPosicao(data);
      break;
    case "lidas":
      vista.lidas(data);
      break;
    case "digitando":
      vista.mostrarDigitando(2 * ESCREVENDO_MS);
      break;
    case "excluida":
      vista.remover(data.id);
      break;
  }
}

let dito = null;

function marcarLidas() {
  if (!emDia || document.visibilityState !== "visible") return;
  const cursor = vista.ultimaDeles()?.cursor;
  if (!cursor || cursor === dito) return;
  dito = cursor;
  dizer("lida", { cursor });
}

// -- the form -----------------------------------------------------------------------------------------------------------

function novoId() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

const nova = (dados) => ({ id: novoId(), de: "visitante", nome: null, em: new Date().toISOString(), ...dados });

// What the visitor says of itself; null: its address is none, and it is told so.
function quemDiz() {
  if (um("quem").hidden) return {};
  const [nome, email] = [um("nome").value.trim(), um("email").value.trim()];
  um("email").setCustomValidity(!email || /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) ? "" : "Confira o e-mail, ou deixe em branco");
  if (!um("email").checkValidity()) {
    um("quem").open = true;
    um("email").reportValidity();
    return null;
  }
  return { ...(nome ? { nome } : {}), ...(email ? { email } : {}) };
}

function enviarTexto() {
  const texto = um("texto").value;
  if (!texto.trim()) return;
  const quem = quemDiz();
  if (!quem) return;
  um("texto").value = "";
  crescer();
  const dados = nova({ texto, tipo: "texto", arquivo: null });
  porNaFila(dados, () => pedir("POST", "/mensagens", deJson({ id: dados.id, texto, ...quem })));
  um("texto").focus();
}

function enviarArquivo(arquivo) {
  const dados = nova({ texto: "", tipo: "documento", arquivo: { url: null, nome: arquivo.name } });
  const consulta = new URLSearchParams({ id: dados.id, nome: arquivo.name.slice(0, 255) });
  const tipo = arquivo.type || "application/octet-stream";
  porNaFila(dados, () => pedir("POST", `/arquivos?${consulta}`, { corpo: arquivo, tipo }));
}

function crescer() {
  const campo = um("texto");
  campo.style.height = "auto";
  campo.style.height = `${campo.scrollHeight + 2}px`;
  const cheio = campo.value.length >= campo.maxLength;
  avisar("cabe", cheio ? "Cada mensagem leva até 4.096 caracteres: envie o resto em outra." : null);
}

let ultimoAviso = 0;

function escrevendo() {
  crescer();
  if (Date.now() - ultimoAviso < ESCREVENDO_MS || !um("texto").value) return;
  ultimoAviso = Date.now();
  dizer("digitando", {});
}

um("escrever").addEventListener("submit", (e) => {
  e.preventDefault();
  enviarTexto();
});
um("texto").addEventListener("input", escrevendo);
um("texto").addEventListener("keydown", (e) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    enviarTexto();
  }
});
um("anexar").addEventListener("click", () => um("arquivo").click());
um("arquivo").addEventListener("change", () => {
  for (const arquivo of um("arquivo").files) enviarArquivo(arquivo);
  um("arquivo").value = "";
});

// -- coming back: to the tab, from the page after it, to a network ------------------------------------------------------

let saiuEm = 0;

function voltar() {
  if (saiuEm && Date.now() - saiuEm > LONGE_MS) desligar();
  if (sessao && lidaDoComeco && Date.now() - lidaDoComeco > ENDERECOS_MS) {
    desligar();
    sessao.cursor = null; // all is read again, with new addresses
  }
  saiuEm = 0;
  tentativas = 0;
  ligar();
  tentarJa();
  marcarLidas();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") voltar();
  else saiuEm = Date.now();
});
function deVolta() {
  desligar(); // it is closed, or of a network that is gone
  voltar();
}

window.addEventListener("pageshow", ({ persisted }) => persisted && deVolta());
window.addEventListener("online", deVolta);

// Where a keyboard covers the page instead of making it smaller (iOS), the page makes itself smaller.
window.visualViewport?.addEventListener("resize", () => {
  const { height, scale } = window.visualViewport;
  const raiz = document.documentElement.style;
  if (Math.abs(scale - 1) > 0.01) {
    raiz.removeProperty("--altura"); // the visitor has zoomed, and looks where it likes
    return;
  }
  raiz.setProperty("--altura", `${height}px`);
  window.scrollTo(0, 0);
});

// -- the beginning ------------------------------------------------------------------------------------------------------

async function configurar() {
  for (let n = 1; ; n += 1) {
    try {
      vista.pintarConfig(await pedir("GET", "/config"), !sessao);
      avisar("chat", null);
      return;
    } catch (erro) {
      avisar("chat", erro instanceof Recusada ? erro.message : "Sem conexão com o servidor: tentando de novo…");
      await espera(Math.min(1_000 * 2 ** n, MAXIMO_DE_ESPERA));
    }
  }
}

um("quem").hidden = sessao !== null;
ligarFila({
  comecou() {
    avisar("fim", null);
    ligar();
  },
  terminou,
});
seguirOutrasAbas(ligar);
configurar();
ligar();
