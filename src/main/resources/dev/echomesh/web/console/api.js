// The node's HTTP API, with the token of this tab.
const KEY = 'echomesh.token';

export const token = {
  get: () => sessionStorage.getItem(KEY) ?? '',
  set: (value) => value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY),
};

/** What the node refused and why; `field` names the part of the request that is at fault. */
export class Refusal extends Error {
  constructor(status, detail, field) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

// JSON knows whole numbers of any length, which Number does not: a BigInt goes out digit by digit
const MARK = '\u0000';
const encode = (body) => JSON.stringify(body, (key, value) => (typeof value === 'bigint' ? MARK + value : value)).replace(/"\\u0000(-?\d+)"/g, '$1');

async function call(method, path, body, accept) {
  const headers = { Accept: accept };
  if (token.get()) headers.Authorization = 'Bearer ' + token.get();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : encode(body) });
  } catch {
    throw new Refusal(0, 'the node does not answer');
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem.detail ?? 'the node answered ' + response.status, problem.field);
}

const json = 'application/json';
export const get = async (path) => (await call('GET', path, undefined, json)).json();
export const file = async (path, type) => (await call('GET', path, undefined, type)).blob();
export const post = async (path, body) => (await call('POST', path, body, json)).json();
export const remove = async (path) => (await call('DELETE', path, undefined, json)).json();
