// Who uses the dashboard, and what they ask of the API.

const PREFIX = "/api/v1", KEY = "swiftwater.token";
const RANKS = { viewer: 0, operator: 1, admin: 2 };

let token = stored(() => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY));
let grant = null;

// Tells "granted" when it is known who we are, "refused" when the API wants another token, and "left" when we sign out.
class Access extends EventTarget {
  get name() {
    return grant?.name ?? "";
  }

  get role() {
    return grant?.role ?? "viewer";
  }

  // Otherwise we are a program on the server's machine.
  get hasToken() {
    return Boolean(token);
  }

  // Whether it is for every application.
  get isWhole() {
    return !grant?.applications;
  }

  may(role) {
    return grant !== null && RANKS[grant.role] >= RANKS[role];
  }
}

export const access = new Access();

// Storage can be forbidden; then the token lives as long as the page.
function stored(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// Why the API did not do what it was asked.
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// Below the API.
export const open = (path, options) => openAddress(PREFIX + path, options);

export async function openAddress(address, { method = "GET", body, headers = {}, signal, cache = "no-store" } = {}) {
  const fields = { ...headers }, sent = token;
  if (sent) fields.Authorization = "Bearer " + sent;
  if (body !== undefined) fields["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, {
      method, headers: fields, signal, cache, body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "The server cannot be reached.");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  // An answer to the token of before says nothing of the one that is held now.
  if (answer.status === 401 && sent === token) access.dispatchEvent(new Event("refused"));
  throw new Problem(answer.status, reasons(told) || sentence(told.detail ?? `the server answered ${answer.status}`));
}

// What is wrong in several places, each with what was probably meant.
function reasons({ errors = [] }) {
  return errors.map(({ detail, suggestion }) => sentence(detail) + (suggestion ? ` Did you mean ${suggestion}?` : "")).join(" ");
}

export async function ask(path, options) {
  const answer = await open(path, options);
  return answer.status === 204 ? null : answer.json();
}

// Everything of a list that comes in pages.
export async function askAll(path, member, most = Infinity) {
  const all = [];
  for (let after = null; ; ) {
    const page = await ask(after === null ? path : `${path}&after=${encodeURIComponent(after)}`);
    all.push(...page[member]);
    if (page.next === undefined || all.length >= most) return all;
    after = page.next;
  }
}

// Asks who we are; gives what the server tells of itself.
export async function identify() {
  const server = await ask("/server");
  grant = server.access;
  access.dispatchEvent(new Event("granted"));
  return server;
}

// Takes a token, if it is one.
export async function signIn(text, isRemembered) {
  const before = token;
  token = text.trim();
  try {
    await identify();
  } catch (problem) {
    token = before;
    throw problem;
  }
  stored(() => {
    sessionStorage.setItem(KEY, token);
    if (isRemembered) localStorage.setItem(KEY, token);
    else localStorage.removeItem(KEY);
  });
}

// Gives up a token that is of no use any more.
export function forget() {
  token = grant = null;
  stored(() => sessionStorage.removeItem(KEY));
  stored(() => localStorage.removeItem(KEY));
}

export function signOut() {
  forget();
  access.dispatchEvent(new Event("left"));
}

function sentence(text) {
  const words = String(text);
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");
}
