// The visitor's session: kept in the browser with the first message, or only here where that is refused. All tabs of a
// visitor have one.

import { avisar } from "./vista.mjs";

export const canal = location.pathname.replace(/\/$/, "").split("/").pop().toLowerCase();
const guardado = `balcao.chat.${canal}`;

export let sessao = lerGuardado(); // {token, cursor}

function lerGuardado() {
  try {
    const lido = JSON.parse(localStorage.getItem(guardado) ?? "null");
    return typeof lido?.token === "string" ? { token: lido.token, cursor: null } : null;
  } catch {
    return null;
  }
}

// Whether anything can be kept: where it cannot, there are no locks either.
function guarda() {
  try {
    return localStorage !== null;
  } catch {
    return false;
  }
}

function guardar() {
  try {
    localStorage.setItem(guardado, JSON.stringify({ token: sessao.token }));
  } catch {
    avisar("guarda", "Este navegador não guarda a conversa: ao fechar esta página, ela se perde.");
  }
}

export function renovar(token) {
  if (!token || !sessao) return;
  sessao.token = token;
  guardar();
}

export function esquecer() {
  const velha = sessao?.token;
  sessao = null;
  if (lerGuardado()?.token === velha) localStorage.removeItem(guardado); // else it is a newer one, of another tab
}

// Take the session that another tab has, or else the one that is made: one tab after the other, where a browser can.
export function comecarSessao(fazer) {
  const uma = async () => {
    sessao = lerGuardado();
    if (sessao) return;
    sessao = { token: await fazer(), cursor: null };
    guardar();
  };
  return navigator.locks && guarda() ? navigator.locks.request(guardado, uma) : uma();
}

// `mudou` is called when another tab has begun the conversation.
export function seguirOutrasAbas(mudou) {
  window.addEventListener("storage", ({ key }) => {
    const lida = key === guardado ? lerGuardado() : null;
    if (!lida) return;
    if (sessao) {
      sessao.token = lida.token;
    } else {
      sessao = lida;
      mudou();
    }
  });
}
