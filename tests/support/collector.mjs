// What tests over HTTP and in a browser share: a small municipality made through the real commands, a running
// collector on it, and a client that does just what it is told. No dependencies.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const BUILD = resolve(process.env.TLD_BUILD ?? 'build/release');
export const COLLECTOR = join(BUILD, 'tld-collector');
export const TRIAL = join(BUILD, 'tests/trial'); // the collector with faults: tests/support/trial.c

// ---- a municipality -------------------------------------------------------------------------------------------

// The present month as a round that is open now, whatever the day; its school year begins in August.
export function roundNow(now = new Date()) {
  const code = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`;
  const autumn = now.getMonth() >= 7 ? now.getFullYear() : now.getFullYear() - 1;
  return { code, schoolYear: `${autumn}/${autumn + 1}` };
}

// "YYYY-MM-DD HH:MM" on a Swedish clock.
export function swedish(date) {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Stockholm', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).format(date);
}

const DAY_MS = 24 * 3600 * 1000;

export function workDir() {
  const dir = mkdtempSync(join(tmpdir(), 'tld-http-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function csv(rows) {
  const cell = (c) => (/[",\n]/.test(c) ? `"${String(c).replaceAll('"', '""')}"` : String(c));
  return rows.map((row) => row.map(cell).join(',') + '\n').join('');
}

// Rows as objects; cells may be quoted, without line breaks in them.
export function parseCsv(text) {
  const split = (line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g)].map(([, c]) => c.replace(/^"|"$/g, '').replaceAll('""', '"'));
  const [head, ...rows] = text.replace(/^\uFEFF/, '').trim().split(/\r?\n/).map(split);
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

// Makes a store in dir with two schools, three classes and one round; opens and closes are Dates.
export async function makeStore(dir, options = {}) {
  const now = Date.now();
  const { opens = new Date(now - DAY_MS), closes = new Date(now + DAY_MS), publicUrl = 'http://127.0.0.1:8080' } = options;
  const { moreUnits = [] } = options; // rows of unit_code, unit_name, area, school_forms
  const { moreGroups = [] } = options; // rows of unit_code, group, school_form, grade, enrolled
  const { forms = [] } = options; // ids; none: those for pupils that fit the classes
  const { code, schoolYear } = roundNow();
  const store = join(dir, 'tld.db');
  const tld = (...args) => run(COLLECTOR, [...args, '--store', store]);

  writeFileSync(join(dir, 'units.csv'), csv([
    ['unit_code', 'unit_name', 'area', 'school_forms'],
    ['10000001', 'Björkskolan', 'Norr', 'grundskola'],
    ['10000002', 'Ängsskolan', 'Söder', 'grundskola'],
    ...moreUnits,
  ]));
  writeFileSync(join(dir, 'groups.csv'), csv([
    ['unit_code', 'school_year', 'group', 'school_form', 'grade', 'enrolled'],
    ['10000001', schoolYear, '7A', 'grundskola', 7, 25],
    ['10000001', schoolYear, '8B', 'grundskola', 8, 25],
    ['10000002', schoolYear, '5Å', 'grundskola', 5, 20],
    ...moreGroups.map(([unit, ...rest]) => [unit, schoolYear, ...rest]),
  ]));
  await tld('init', '--organisation', 'Exempelkommun');
  await tld('import', 'units', join(dir, 'units.csv'));
  await tld('import', 'groups', join(dir, 'groups.csv'));
  await tld('round', 'add', code, '--opens', swedish(opens), '--closes', swedish(closes), ...forms.flatMap((id) => ['--form', id]));
  const sqlite = async (sql) => (await run('sqlite3', [store, sql])).stdout;
  return { store, round: code, tld, sqlite, publicUrl };
}

// The links of a round as rows {unit_code, group, form, url, code}; group is '' on a unit's own link.
export async function links(made) {
  const { stdout } = await made.tld('access', 'list', '--round', made.round, '--format', 'csv', '--public-url', made.publicUrl);
  return parseCsv(stdout).map((row) => ({ ...row, code: row.url.split('/').pop() }));
}

// The codes on a sheet of slips: every word of eight such letters that is not the link's.
export async function slipCodes(pdf, link) {
  const { stdout } = await run('pdftotext', ['-layout', pdf, '-']);
  return [...stdout.matchAll(/\b([ACDEFGHJKMNPQRTWXY34679]{4}) ?([ACDEFGHJKMNPQRTWXY34679]{4})\b/g)]
    .map((m) => m[1] + m[2]).filter((code) => code !== link);
}

export const linkOf = (list, group, unit = '10000001') => list.find((l) => l.group === group && l.unit_code === unit);

// Responses that the file holds, seen from outside the collector.
export async function stored(made) {
  const { stdout } = await run('sqlite3', ['-readonly', made.store, 'SELECT count(*) FROM response']);
  return Number(stdout);
}

// Does `act` and tells by how much the responses in the file grew.
export async function added(made, act) {
  const earlier = await stored(made);
  await act();
  return (await stored(made)) - earlier;
}

export async function storedByGroup(made) {
  const sql = 'SELECT g.name, count(*) FROM response r JOIN class_group g ON g.id = r.group_id GROUP BY 1';
  const { stdout } = await run('sqlite3', ['-readonly', '-csv', made.store, sql]);
  return Object.fromEntries(stdout.trim().split('\n').filter(Boolean).map((l) => l.split(',')).map(([g, n]) => [g, +n]));
}

// Another program that holds the write lock of the store until released.
export async function lock(made) {
  const child = spawn('sqlite3', [made.store], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.write("BEGIN IMMEDIATE; SELECT 'locked';\n");
  await once(child.stdout, 'data');
  return { release: () => (child.stdin.end('COMMIT;\n'), ended) };
}

// ---- a running collector --------------------------------------------------------------------------------------

const running = new Set();

// A test that failed must not leave its collector behind: the runner would wait for it without end.
if (process.env.NODE_TEST_CONTEXT) after(() => running.forEach((child) => child.kill('SIGKILL')));

export class Collector {
  // options: listen, program (a list: what to start instead), env, detached (a terminal's Ctrl-C does not reach it)
  static async start(made, options = {}) {
    const { listen = '127.0.0.1:0', program, env = {}, detached = false } = options;
    const [command, ...args] = program ?? [
      COLLECTOR, 'serve', '--store', made.store, '--listen', listen, '--public-url', made.publicUrl,
    ];
    const self = new Collector();
    self.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached });
    running.add(self.process);
    self.process.once('exit', () => running.delete(self.process));
    self.log = '';
    self.process.stderr.setEncoding('utf8').on('data', (text) => (self.log += text));
    self.ended = once(self.process, 'exit').then(([code, signal]) => ({ code, signal }));
    self.address = await self.#listening();
    if (self.address.startsWith('unix:')) self.socketPath = self.address.slice(5);
    else self.port = Number(new URL(self.address).port);
    return self;
  }

  #listening() {
    return new Promise((done, failed) => {
      let out = '';
      this.process.stdout.setEncoding('utf8').on('data', (text) => {
        out += text;
        const line = out.match(/^listening on (\S+)\n/m);
        if (line) done(line[1]);
      });
      this.ended.then(({ code, signal }) => failed(new Error(`the collector ended (${code ?? signal}): ${this.log}`)));
    });
  }

  // Both phases of a proper end; how it exited.
  async stop(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    const end = await this.ended;
    if (/Sanitizer/.test(this.log)) throw new Error(this.log);
    return end;
  }

  // The collector with faults, options as trial.c has them.
  static trial(made, options) {
    const words = Object.entries(options).map(([name, value]) => `${name}=${value}`);
    return Collector.start(made, { program: [TRIAL, made.store, '127.0.0.1:0', ...words] });
  }

  kill() {
    return this.stop('SIGKILL');
  }

  get to() {
    return this.socketPath ? { socketPath: this.socketPath } : { host: '127.0.0.1', port: this.port };
  }

  // {status, headers, body}; a redirect is not followed.
  request(method, path, { headers = {}, body, agent } = {}) {
    return new Promise((done, failed) => {
      const req = http.request({ ...this.to, method, path, headers, agent: agent ?? new http.Agent() }, (res) => {
        const parts = [];
        res.on('data', (d) => parts.push(d)).on('error', failed).on('end', () => {
          const bytes = Buffer.concat(parts);
          done({ status: res.statusCode, headers: res.headers, bytes, body: bytes.toString('utf8') });
        });
      });
      req.on('error', failed).end(body);
    });
  }

  get(path, options) {
    return this.request('GET', path, options);
  }

  post(path, fields, options = {}) {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), ...options.headers,
    };
    return this.request('POST', path, { ...options, headers, body });
  }

  // A bare connection: send what you like; text() is all that came until the other side closed (or ms passed).
  async raw() {
    const socket = this.socketPath ? net.connect(this.socketPath) : net.connect(this.port, '127.0.0.1');
    let got = '';
    let open = true;
    socket.setEncoding('utf8').on('data', (d) => (got += d)).on('error', () => {});
    const closed = new Promise((done) => socket.once('close', () => done((open = false))));
    await once(socket, 'connect');
    return {
      socket,
      closed,
      send: (text) => new Promise((sent) => socket.write(text, sent)),
      isOpen: () => open,
      got: () => got,
      async text(ms = 10000) {
        await Promise.race([closed, sleep(ms)]);
        return got;
      },
      // Until what came matches.
      async until(pattern, ms = 10000) {
        for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) if (pattern.test(got)) return got;
        throw new Error(`nothing like ${pattern} came within ${ms} ms: ${JSON.stringify(got.slice(0, 500))}`);
      },
    };
  }

  // The form of a link, read as a browser reads it.
  async form(code, options) {
    const reply = await this.get(`/${code}`, options);
    if (reply.status !== 200) throw new Error(`GET of a form gave ${reply.status}`);
    return readForm(reply.body);
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Waits until `what` gives something true.
export async function eventually(what, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const value = await what();
    if (value) return value;
  }
  throw new Error(`did not come true within ${ms} ms: ${what}`);
}

// ---- the page -------------------------------------------------------------------------------------------------

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescapeHtml = (s) => s.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);

export function inputs(html) {
  return [...html.matchAll(/<input\b([^>]*)>/g)].map(([, text]) =>
    Object.fromEntries([...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, n, v]) => [n, unescapeHtml(v ?? '')])));
}

// {key, groups: [id…], questions: {id: [values…]}, checked: {name: value}}
export function readForm(html) {
  const all = inputs(html);
  const radios = all.filter((i) => i.type === 'radio');
  const questions = {};
  for (const { name, value } of radios) if (name !== 'group') (questions[name] ??= []).push(value);
  return {
    html,
    key: all.find((i) => i.name === 'key')?.value,
    groups: radios.filter((i) => i.name === 'group').map((i) => i.value),
    questions,
    checked: Object.fromEntries(radios.filter((i) => 'checked' in i).map((i) => [i.name, i.value])),
  };
}

// Fields that answer every question with its first option; `more` is added or replaces.
export function answers(form, more = {}) {
  const fields = { key: form.key };
  for (const [id, values] of Object.entries(form.questions)) fields[id] = values.find((v) => v !== '');
  return { ...fields, ...more };
}
