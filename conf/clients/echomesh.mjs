#!/usr/bin/env node
// Talks to an Echomesh node over its bridge (bridge.tcp). Needs Node.js 18 or newer and no more.
const HELP = `
  echomesh.mjs [--bridge HOST:PORT] [--token-file FILE] [--ca FILE [--cert FILE --key FILE]] COMMAND

  test TARGET [KEY=VALUE]...   runs a test, such as: test 127.0.0.1:1234 mode=stream duration=3s
  endpoints                    prints the node's endpoints
  matrix                       prints what the node knows of the mesh

Results are JSON on standard output, progress goes to standard error. Exit codes: 0 passed, 1 the
test failed, 2 wrong usage or refused by the node, 3 no answer.
`;
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** The node does not carry a request out, and says why. */
export class Refused extends Error {}

/** A connection whose frames are a length, four bytes in network order, and so much JSON. */
export class Bridge {
  #socket;
  #headers;
  #calls = new Map();
  #count = 0;
  #listener = () => {};
  #rest = Buffer.alloc(0);
  #failure = null;

  /** Options are those of net.connect, or of tls.connect if secure is set. */
  constructor({ token, secure, timeout = 60_000, ...options }) {
    this.#headers = token ? { token } : {};
    this.#socket = (secure ? tls : net).connect(options);
    this.#socket.setTimeout(timeout, () => this.#fail(new Error('timed out')));
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the node ended the connection')));
  }

  /** Sends a request; resolves to the body of its reply. */
  request(address, body) {
    const replyAddress = `reply-${++this.#count}`;
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#calls.set(replyAddress, { resolve, reject });
      this.#send({ type: 'send', address, replyAddress, body });
    });
  }

  /** Has everything that is published at the address come to the listener of listen(). */
  follow(address) {
    this.#send({ type: 'register', address });
  }

  listen(listener) {
    this.#listener = listener;
  }

  /** Runs a test; resolves to its report. */
  async test(request, progress = () => {}) {
    const early = [];
    this.listen((body) => early.push(body));
    this.follow('echomesh.reports');
    const { id } = await this.request('echomesh.tester.run', request);
    this.follow(`echomesh.run.${id}`);
    return new Promise((resolve, reject) => {
      this.#calls.set('report', { resolve, reject });
      const take = (body) => {
        if (body.id !== id) return;
        if (body.failure) reject(new Refused(body.failure));
        else if (body.verdict) resolve(body);
        else progress(body);
      };
      this.listen(take);
      early.forEach(take);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #send(frame) {
    const data = Buffer.from(JSON.stringify({ ...frame, headers: this.#headers }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    this.#socket.write(Buffer.concat([length, data]));
  }

  #read(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 4 && this.#rest.length - 4 >= this.#rest.readUInt32BE(0)) {
      const end = 4 + this.#rest.readUInt32BE(0);
      const frame = JSON.parse(this.#rest.subarray(4, end).toString());
      this.#rest = this.#rest.subarray(end);
      this.#take(frame);
    }
  }

  #take(frame) {
    const call = this.#calls.get(frame.address);
    this.#calls.delete(frame.address);
    if (frame.type === 'err' && call) call.reject(new Refused(frame.message));
    else if (frame.type === 'err') this.#fail(new Refused(frame.message));
    else if (call) call.resolve(frame.body);
    else this.#listener(frame.body);
  }

  #fail(error) {
    this.#failure ??= error;
    this.#calls.forEach(({ reject }) => reject(this.#failure));
    this.#calls.clear();
    this.#socket.destroy();
  }
}

/** JSON where it is some, such as 8 or true, else text. */
function value(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function usage(problem) {
  console.error(problem + HELP);
  process.exit(2);
}

function read(args) {
  const text = { type: 'string' };
  const options = { bridge: text, 'token-file': text, ca: text, cert: text, key: text };
  options.help = { type: 'boolean' };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return usage(error.message);
  }
}

async function main(args) {
  const { values, positionals } = read(args);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [command, target, ...pairs] = positionals;
  const commands = { test: target !== undefined, endpoints: !target, matrix: !target };
  if (!commands[command] || !pairs.every((pair) => pair.includes('='))) {
    usage('expected test TARGET [KEY=VALUE]..., endpoints or matrix');
  }
  const at = values.bridge ?? '127.0.0.1:7000';
  const file = (name) => values[name] && readFileSync(values[name], 'utf8');
  const bridge = new Bridge({
    host: at.slice(0, at.lastIndexOf(':')).replace(/[[\]]/g, ''),
    port: Number(at.slice(at.lastIndexOf(':') + 1)),
    token: file('token-file')?.split('\n').map((line) => line.trim()).find((line) => line && !line.startsWith('#')),
    secure: values.ca !== undefined,
    ca: file('ca'),
    cert: file('cert'),
    key: file('key'),
  });
  try {
    const result = await ask(bridge, command, target, pairs);
    console.log(JSON.stringify(result, null, 2));
    return result.verdict === 'fail' ? 1 : 0;
  } finally {
    bridge.close();
  }
}

function ask(bridge, command, target, pairs) {
  if (command !== 'test') {
    return bridge.request(
      command === 'endpoints' ? 'echomesh.echo.endpoints' : 'echomesh.mesh.matrix',
    );
  }
  const fields = pairs.map((pair) => {
    const [name] = pair.split('=', 1);
    return [name, value(pair.slice(name.length + 1))];
  });
  return bridge.test({ target, ...Object.fromEntries(fields) }, (news) =>
    console.error(JSON.stringify(news)),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Refused ? 'refused' : 'no answer'}: ${error.message}`);
    process.exitCode = error instanceof Refused ? 2 : 3;
  }
}
