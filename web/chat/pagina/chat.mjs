// The visitor's page of a web chat. What is shown is always text or made by createElement: nothing that somebody wrote is
// ever read as HTML. The protocol is in docs/webchat.md.

const canal = location.pathname.replace(/\/$/, "").split("/").pop().toLowerCase();
const base = `/webchat/${canal}`;
const guardado = `balcao.chat.${canal}`;
const um = (id) => document.getElementById(id);
const espera = (ms) => new Promise((pronto) => setTimeout(pronto, ms));

const MAXIMO_DE_ESPERA = 30_000;
const ESCREVENDO_MS = 3_000;

// -- what is kept: in the browser after the first message, or only here where that is refused ---------------------------

let sessao = null; // {token, cursor}
let guarda = true;

function lerGuardado() {
  try {
    const lido = JSON.parse(localStorage.getItem(guardado) ?? "null");
    return typeof lido?.token === "string" ? { token: lido.token, cursor: null } : null;
  } catch {
    return null;
  }
}

function guardar() {
  if (!sessao) return;
  try {
    localStorage.setItem(guardado, JSON.stringify({ token: sessao.token }));
  } catch {
    if (guarda) avisar("Este navegador não guarda a conversa: ao fechar esta página, ela se perde.");
    guarda = false;
  }
}

function esquecer() {
  sessao = null;
  try {
    localStorage.removeItem(guardado);
  } catch {
    // nothing was kept
  }
}

function renovar(token) {
  if (token && sessao) {
    sessao.token = token;
    guardar();
  }
}

// -- what is shown ------------------------------------------------------------------------------------------------------

const falas = new Map(); // id -> {li, pe, dados}

function avisar(texto) {
  um("aviso").textContent = texto ?? "";
  um("aviso").hidden = !texto;
}

function no(etiqueta, classe, texto) {
  const feito = document.createElement(etiqueta);
  if (classe) feito.className = classe;
  if (texto != null) feito.textContent = texto;
  return feito;
}

function perto() {
  const r = um("rolagem");
  return r.scrollHeight - r.scrollTop - r.clientHeight < 120;
}

function aoFim() {
  const r = um("rolagem");
  r.scrollTop = r.scrollHeight;
}

function hora(em) {
  const quando = new Date(em);
  const hoje = quando.toDateString() === new Date().toDateString();
  return quando.toLocaleString("pt-BR", hoje ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" });
}

const SINAIS = { enviando: ["…", "enviando"], enviada: ["✓", "enviada"], lida: ["✓✓", "lida"], falhou: ["!", "não enviada"] };

function pintarPe(fala) {
  const { de, em, lida, estado } = fala.dados;
  fala.pe.replaceChildren(no("time", null, hora(em)));
  fala.pe.firstChild.dateTime = em;
  if (de !== "visitante") return;
  const [sinal, dito] = SINAIS[estado ?? (lida ? "lida" : "enviada")];
  const tique = no("span", null, ` ${sinal}`);
  tique.setAttribute("aria-hidden", "true");
  fala.pe.append(tique, no("span", "so-leitor", ` ${dito}`));
  fala.li.classList.toggle("falhou", estado === "falhou");
}

function doArquivo(arquivo, tipo) {
  const url = new URL(arquivo.url, location.origin);
  if (url.origin !== location.origin) return no("span", null, arquivo.nome);
  if (tipo === "imagem") {
    const imagem = no("img");
    imagem.src = url.href;
    imagem.alt = arquivo.nome;
    imagem.loading = "lazy";
    if (arquivo.largura && arquivo.altura) {
      imagem.width = arquivo.largura;
      imagem.height = arquivo.altura;
    }
    return imagem;
  }
  if (tipo === "audio" || tipo === "video") {
    const som = no(tipo);
    som.controls = true;
    som.preload = "metadata";
    som.src = url.href;
    return som;
  }
  const elo = no("a", null, arquivo.nome);
  elo.href = url.href;
  elo.download = arquivo.nome;
  return elo;
}

function mostrar(dados) {
  const antes = falas.get(dados.id);
  if (antes) {
    antes.dados = { ...antes.dados, ...dados, estado: dados.estado };
    pintarPe(antes);
    return false;
  }
  const colado = perto();
  const minha = dados.de === "visitante";
  const li = no("li", `fala ${minha ? "minha" : "deles"}`);
  li.append(no("p", minha ? "so-leitor" : "de", minha ? "Você" : (dados.nome ?? "Atendimento")));
  if (dados.arquivo) li.append(doArquivo(dados.arquivo, dados.tipo));
  if (dados.texto) li.append(no("p", "texto", dados.texto));
  const fala = { li, pe: no("p", "pe"), dados };
  li.append(fala.pe);
  falas.set(dados.id, fala);
  um("falas").append(li);
  pintarPe(fala);
  if (colado || minha) aoFim();
  return true;
}

function anunciar(dados) {
  const deQuem = dados.nome ?? "Atendimento";
  um("anuncios").replaceChildren(no("p", null, `${deQuem}: ${dados.texto || dados.arquivo?.nome || ""}`));
}

const SITUACOES = {
  nova: "",
  aguardando: "Aguarde: alguém já vai responder",
  em_atendimento: "Em atendimento",
  encerrada: "Conversa encerrada. Escreva para começar outra.",
};

function pintarConversa({ situacao, atendente, podeEnviarArquivo }) {
  um("situacao").textContent =
    situacao === "em_atendimento" && atendente ? `${atendente} está com você` : (SITUACOES[situacao] ?? "");
  um("anexar").hidden = !podeEnviarArquivo;
  um("quem").hidden = sessao !== null;
}

let fimDoDigitando = 0;

function mostrarDigitando(sim) {
  clearTimeout(fimDoDigitando);
  um("digitando").hidden = !sim;
  if (!sim) return;
  if (perto()) aoFim();
  fimDoDigitando = setTimeout(() => mostrarDigitando(false), 2 * ESCREVENDO_MS);
}

function lidas({ ate, ids }) {
  for (const fala of falas.values()) {
    const d = fala.dados;
    if (d.de !== "visitante" || d.estado) continue;
    if (ids ? ids.includes(d.id) : d.em <= ate) {
      d.lida = true;
      pintarPe(fala);
    }
  }
}

// -- asking -------------------------------------------------------------------------------------------------------------

class Recusada extends Error {
  constructor(status, corpo) {
    super(corpo?.message ?? `Erro ${status}`);
    this.status = status;
    this.codigo = corpo?.codigo;
  }
}

async function pedir(metodo, caminho, corpo, cabecalhos = {}) {
  if (sessao) cabecalhos.authorization = `Bearer ${sessao.token}`;
  const resposta = await fetch(base + caminho, { method: metodo, body: corpo, headers: cabecalhos, credentials: "omit" });
  const texto = await resposta.text();
  let dados = null;
  try {
    dados = JSON.parse(texto);
  } catch {
    // whoever stands between us has answered
  }
  if (!resposta.ok) throw new Recusada(resposta.status, dados);
  return dados;
}

const deJson = (dados) => [JSON.stringify(dados), { "content-type": "application/json" }];
const passa = (erro) => !(erro instanceof Recusada) || erro.status === 429 || erro.status >= 500 || erro.status === 408;

async function comecar() {
  const { token } = await pedir("POST", "/sessoes", ...deJson({}));
  sessao = { token, cursor: null };
  guardar();
  ligar();
}

// Messages leave one after the other, in the order in which they were written; each again until it is known to be there.
// Its id makes it the same message however often it is sent.
const fila = [];
let enviando = false;

async function escoarFila() {
  if (enviando) return;
  enviando = true;
  let demora = 500;
  while (fila.length) {
    const item = fila[0];
    try {
      if (!sessao) await comecar();
      const feita = await item.mandar();
      renovar(feita.token);
      mostrar({ ...item.dados, em: feita.em, tipo: feita.tipo, estado: undefined });
      fila.shift();
      demora = 500;
      avisar(guarda ? null : um("aviso").textContent);
    } catch (erro) {
      if (erro.status === 401) {
        esquecer();
        desligar();
      } else if (passa(erro)) {
        avisar("Sem conexão: a mensagem será enviada assim que der.");
        await espera(demora * (0.5 + Math.random()));
        demora = Math.min(2 * demora, MAXIMO_DE_ESPERA);
      } else {
        fila.shift();
        mostrar({ ...item.dados, estado: "falhou" });
        avisar(erro.message);
      }
    }
  }
  enviando = false;
}

function novoId() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

function porNaFila(dados, mandar) {
  mostrar({ ...dados, estado: "enviando" });
  fila.push({ dados, mandar });
  escoarFila();
}

function enviarTexto(texto) {
  const dados = { id: novoId(), de: "visitante", nome: null, texto, tipo: "texto", arquivo: null, em: new Date().toISOString() };
  const quem = {};
  if (!um("quem").hidden) {
    if (um("nome").value.trim()) quem.nome = um("nome").value.trim();
    if (um("email").value.trim() && um("email").checkValidity()) quem.email = um("email").value.trim();
  }
  porNaFila(dados, () => pedir("POST", "/mensagens", ...deJson({ id: dados.id, texto, ...quem })));
}

function enviarArquivo(arquivo) {
  const dados = { id: novoId(), de: "visitante", nome: null, texto: arquivo.name, tipo: "documento", arquivo: null, em: new Date().toISOString() };
  const consulta = new URLSearchParams({ id: dados.id, nome: arquivo.name.slice(0, 255) });
  porNaFila(dados, () =>
    pedir("POST", `/arquivos?${consulta}`, arquivo, { "content-type": arquivo.type || "application/octet-stream" }),
  );
}

// -- live ---------------------------------------------------------------------------------------------------------------

let soquete = null;
let tentativas = 0;
let emDia = false;

function ligar() {
  if (soquete || !sessao) return;
  const ws = new WebSocket(`${location.origin.replace(/^http/, "ws")}/webchat/ws?canal=${canal}`);
  soquete = ws;
  ws.onopen = () => {
    emDia = false;
    dizer("autenticar", { token: sessao.token, ...(sessao.cursor ? { cursor: sessao.cursor } : {}) });
  };
  ws.onmessage = ({ data }) => receber(JSON.parse(data));
  ws.onclose = ({ code }) => {
    if (soquete !== ws) return;
    soquete = null;
    mostrarDigitando(false);
    if (code === 4401) {
      esquecer();
      avisar("A conversa de antes terminou. Escreva para começar outra.");
      um("quem").hidden = false;
    } else if (code === 4409) {
      avisar("Esta conversa está aberta em outras abas.");
    } else if (sessao) {
      religar();
    }
  };
}

async function religar() {
  tentativas += 1;
  if (tentativas > 2) um("situacao").textContent = "Conectando de novo…";
  await espera(Math.min(1_000 * 2 ** tentativas, MAXIMO_DE_ESPERA) * (0.5 + Math.random()));
  ligar();
}

function desligar() {
  const ws = soquete;
  soquete = null;
  ws?.close();
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
      if (mostrar(data) && data.de === "atendente") {
        mostrarDigitando(false);
        if (emDia) anunciar(data);
      }
      marcarLidas();
      break;
    case "em_dia":
      tentativas = 0;
      emDia = true;
      sessao.cursor = data.cursor;
      marcarLidas();
      break;
    case "conversa":
      pintarConversa(data);
      break;
    case "lidas":
      lidas(data);
      break;
    case "digitando":
      mostrarDigitando(true);
      break;
    case "excluida":
      falas.get(data.id)?.li.remove();
      falas.delete(data.id);
      break;
  }
}

let dito = null;

function marcarLidas() {
  const ultima = [...falas.values()].findLast((fala) => fala.dados.de === "atendente");
  const cursor = ultima?.dados.cursor;
  if (!cursor || cursor === dito || !emDia || document.visibilityState !== "visible") return;
  dito = cursor;
  dizer("lida", { cursor });
}

// -- the form -----------------------------------------------------------------------------------------------------------

function enviarDoFormulario() {
  const texto = um("texto").value;
  if (!texto.trim()) return;
  um("texto").value = "";
  crescer();
  enviarTexto(texto);
  um("texto").focus();
}

function crescer() {
  um("texto").style.height = "auto";
  um("texto").style.height = `${um("texto").scrollHeight + 2}px`;
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
  enviarDoFormulario();
});
um("texto").addEventListener("input", escrevendo);
um("texto").addEventListener("keydown", (e) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    enviarDoFormulario();
  }
});
um("anexar").addEventListener("click", () => um("arquivo").click());
um("arquivo").addEventListener("change", () => {
  for (const arquivo of um("arquivo").files) enviarArquivo(arquivo);
  um("arquivo").value = "";
});
document.addEventListener("visibilitychange", marcarLidas);
window.addEventListener("online", () => {
  tentativas = 0;
  ligar();
});

// -- the beginning ------------------------------------------------------------------------------------------------------

function sobre(cor) {
  const cheia = cor.length === 4 ? cor.replace(/[0-9a-f]/gi, "$&$&") : cor;
  const [r, g, b] = [1, 3, 5].map((n) => {
    const c = Number.parseInt(cheia.slice(n, n + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"; // the one with more contrast (WCAG 2.2)
}

function pintarConfig({ titulo, cor, saudacao, horario, arquivosAntes }) {
  document.title = titulo;
  um("titulo").textContent = titulo;
  document.documentElement.style.setProperty("--cor", cor);
  document.documentElement.style.setProperty("--sobre", sobre(cor));
  for (const [id, texto] of [["saudacao", saudacao], ["horario", horario]]) {
    um(id).textContent = texto ?? "";
    um(id).hidden = !texto;
  }
  um("anexar").hidden = !arquivosAntes;
}

sessao = lerGuardado();
um("quem").hidden = sessao !== null;
try {
  pintarConfig(await pedir("GET", "/config"));
} catch (erro) {
  avisar(erro instanceof Recusada ? erro.message : "Sem conexão com o servidor. Recarregue a página em instantes.");
}
ligar();
