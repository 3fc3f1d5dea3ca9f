// The collector's speed, each figure beside a peer measured in the same run: `make bench`. It judges nothing, so that a
// slow machine fails no test; the aims stand beside the figures.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { BUILD, Collector, answers, links, readForm, sleep, workDir } from '../support/collector.mjs';
import { makeMunicipality } from '../support/municipality.mjs';

const run = promisify(execFile);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);

async function load(port, options) {
  const args = Object.entries({ port, seconds: SECONDS, ...options }).flatMap(([k, v]) => [`--${k}`, String(v)]);
  const { stdout } = await run(join(BUILD, 'tests/load'), args);
  return JSON.parse(stdout);
}

const median = (xs) => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];
const say = (what, value, aim = '') => console.log(`${what.padEnd(66)} ${String(value).padStart(16)}   ${aim}`);
const ratio = (a, b) => (a / b).toFixed(2);

function bad(result, good) {
  return Object.entries(result.status).reduce((n, [s, c]) => n + (good.includes(Number(s)) ? 0 : c), result.broken);
}

// ---- durable submissions --------------------------------------------------------------------------------------

// The collector as it is, with one transaction an answer, and with no store behind it (tests/support/trial.c).
const MODES = { none: ['nothing=1'], durable: [], single: ['batch=1'] };
const server = (made, mode) =>
  Collector.start(made, { program: [join(BUILD, 'tests/trial'), made.store, '127.0.0.1:0', ...MODES[mode]] });

async function submissions(made) {
  const rate = Object.fromEntries(Object.keys(MODES).map((mode) => [mode, []]));

  for (let turn = 0; turn < 3; turn++) {
    for (const mode of Object.keys(rate)) {
      const s = await server(made, mode);
      const result = await load(s.port, { connections: 500, post: made.round, store: made.store });
      await s.stop();
      rate[mode].push(result.per_s);
      if (bad(result, [303]) > 0) console.log(`  ${mode}: not all were taken: ${JSON.stringify(result)}`);
    }
  }
  const [none, durable, single] = ['none', 'durable', 'single'].map((m) => median(rate[m]));
  say('durable submissions a second, 500 connections', durable);
  say('  to the same server without a store', ratio(durable, none), 'at least 0.4');
  say('  to one transaction an answer', ratio(durable, single), 'at least 3');
  return durable;
}

async function latency(made, durable) {
  for (const connections of [500, 2000]) {
    for (const share of [0.25, 0.5]) {
      const s = await server(made, 'durable');
      const r = await load(s.port, { connections, rate: Math.round(durable * share), post: made.round, store: made.store });
      await s.stop();
      say(`p99 of an answer, ${connections} connections, ${share * 100} % of that rate`, `${r.p99_ms} ms`, 'below 100 ms');
    }
    const s = await server(made, 'durable');
    const r = await load(s.port, { connections, post: made.round, store: made.store });
    await s.stop();
    say(`  ${connections} connections that each send again at once`, `${r.p99_ms} ms`, `${r.per_s}/s`);
  }
}

// ---- the form page --------------------------------------------------------------------------------------------

async function nginx(dir, headers, bytes) {
  const port = 20000 + Math.floor(Math.random() * 20000);
  mkdirSync(join(dir, 'nginx'), { recursive: true });
  writeFileSync(join(dir, 'nginx', 'page'), bytes);
  writeFileSync(
    join(dir, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${dir}/nginx.pid; error_log ${dir}/nginx.log; events { worker_connections 4096; }
     http { access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000; open_file_cache max=10;
       client_body_temp_path ${dir}; proxy_temp_path ${dir}; fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};
       server { listen 127.0.0.1:${port} backlog=4096; root ${dir}/nginx; default_type text/html;
         ${Object.entries(headers).map(([k, v]) => `add_header ${k} "${v.replaceAll('"', '\\"')}";`).join('\n')} } }`,
  );
  const child = spawn('nginx', ['-p', dir, '-c', join(dir, 'nginx.conf')], { stdio: 'ignore' });
  await sleep(500);
  return { port, stop: () => (child.kill('SIGTERM'), once(child, 'exit')) };
}

async function formPage(made, dir) {
  const longest = (await links(made)).find((l) => l.form === 'grundskola-7-9' && l.group !== '');
  const collector = await Collector.start(made);
  for (const coding of ['gzip', 'br']) {
    const { bytes } = await collector.get(`/${longest.code}`, { headers: { 'accept-encoding': coding } });
    say(`form page, ${coding}, body in bytes`, bytes.length, 'at most 14336 with its head');
  }
  const { bytes, headers } = await collector.get(`/${longest.code}`, { headers: { 'accept-encoding': 'gzip' } });
  const same = Object.fromEntries(
    Object.entries(headers).filter(([k]) => !['date', 'connection', 'content-length', 'content-type', 'keep-alive'].includes(k)),
  );
  const peer = await nginx(dir, same, bytes);
  const ours = [];
  const share = [];

  // Each turn's own ratio, as a machine that others use too is not the same from turn to turn.
  for (let turn = 0; turn < 5; turn++) {
    const our = await load(collector.port, { connections: 100, get: `/${longest.code}`, encoding: 'gzip' });
    const their = await load(peer.port, { connections: 100, get: '/page', encoding: 'gzip' });
    for (const r of [our, their]) if (bad(r, [200]) > 0) console.log(`  not all got the page: ${JSON.stringify(r)}`);
    ours.push(our.per_s);
    share.push(our.per_s / their.per_s);
  }
  await peer.stop();
  await collector.stop();
  say('GET of the form page a second, 100 connections', median(ours));
  say('  to nginx with one worker serving the same bytes and headers', ratio(median(share), 1), 'at least 0.8');
}

// ---- memory ---------------------------------------------------------------------------------------------------

const rssKb = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);

// A reply on a kept connection, whole when `Content-Length` bytes have come.
function exchange(socket, text) {
  return new Promise((done, failed) => {
    let got = '';
    const onData = (d) => {
      got += d.toString('latin1');
      const head = got.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? NaN);
      if (head < 0 || got.length < head + 4 + length) return;
      socket.off('data', onData);
      done(got.slice(head + 4));
    };
    // Also when it was closed before: a machine that takes longer than the idle timeout to get here.
    if (socket.destroyed) failed(new Error('the collector has closed the connection'));
    socket.on('data', onData).on('error', failed).on('close', () => failed(new Error('closed before the reply'))).write(text);
  });
}

async function waitingConnections(made) {
  const link = (await links(made)).find((l) => l.form === 'grundskola-7-9' && l.group !== '');
  const collector = await Collector.start(made);
  const before = rssKb(collector.process.pid);
  const host = `Host: 127.0.0.1\r\n`;
  const sockets = [];

  for (let i = 0; i < 2000; i += 100) {
    const some = Array.from({ length: 100 }, () => net.connect(collector.port, '127.0.0.1'));
    const pages = await Promise.all(some.map((s) => exchange(s, `GET /${link.code} HTTP/1.1\r\n${host}\r\n`)));
    some.forEach((socket, j) => sockets.push({ socket, body: `${new URLSearchParams(answers(readForm(pages[j])))}` }));
  }
  const idle = rssKb(collector.process.pid);
  // Someone else holds the store's write lock: every answer waits, its connection suspended.
  const holder = spawn('sqlite3', [made.store], { stdio: ['pipe', 'pipe', 'ignore'] });
  holder.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
  await once(holder.stdout, 'data');
  const replies = sockets.map(({ socket, body }) => {
    const head = `POST /${link.code} HTTP/1.1\r\n${host}Content-Type: application/x-www-form-urlencoded\r\n`;
    return exchange(socket, `${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  });
  await sleep(1200);
  const waiting = rssKb(collector.process.pid);
  holder.stdin.end('COMMIT;\n');
  await Promise.all(replies);
  sockets.forEach(({ socket }) => socket.destroy());
  await collector.stop();
  say('collector memory before, with 2,000 idle, with 2,000 waiting answers', `${[before, idle, waiting].map((k) => (k / 1024).toFixed(0)).join(', ')} MB`, 'below 64 MB');
  say('  for each 1,000 waiting connections', `${((waiting - before) / 2048).toFixed(1)} MB`);
}

const work = workDir();
try {
  const made = await makeMunicipality(work.dir);
  const durable = await submissions(made);
  await latency(made, durable);
  await formPage(made, work.dir);
  await waitingConnections(made);
} finally {
  work.remove();
}
