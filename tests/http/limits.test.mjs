// Goal: what is too large, too slow or malformed is refused without harm to anyone else, and no client can hold
// on to the collector for ever. Many phones behind one address are no reason to refuse any of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { Collector, TRIAL, answers, linkOf, links, makeStore, sleep, stored, workDir } from '../support/collector.mjs';

let work, made, collector, link;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir);
  link = linkOf(await links(made), '7A').code;
  collector = await Collector.start(made);
});
after(async () => {
  await collector.stop();
  work.remove();
});

const statusOf = (text) => Number(text.match(/^HTTP\/1\.[01] (\d+)/)?.[1]);
const TYPE = 'Content-Type: application/x-www-form-urlencoded\r\n';

test('a body over 16 kB is 413 with a page, whatever way it comes', async () => {
  const big = `a=${'x'.repeat(20000)}`;
  const announced = await collector.post(`/${link}`, big);
  assert.equal(announced.status, 413);
  assert.match(announced.body, /<h1/);

  const chunked = await collector.request('POST', `/${link}`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' }, body: big,
  });
  assert.equal(chunked.status, 413);
  assert.match(chunked.body, /<h1/);

  const asking = await collector.raw();
  await asking.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}Content-Length: 20000\r\nExpect: 100-continue\r\n\r\n`);
  assert.equal(statusOf(await asking.until(/\r\n\r\n/)), 413);
  asking.socket.destroy();

  const huge = await collector.raw();
  await huge.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}Content-Length: 99999999999\r\n\r\n`);
  assert.equal(statusOf(await huge.until(/\r\n\r\n/)), 413);
  await Promise.race([huge.closed, sleep(5000).then(() => assert.fail('still open'))]);
});

test('an endless body is cut off', async () => {
  const endless = await collector.raw();
  await endless.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  let sent = 0;
  for (; endless.isOpen() && sent < 64 << 20; sent += 0x4000) {
    await Promise.race([endless.send(chunk), endless.closed]);
    await sleep(0);
  }
  await Promise.race([endless.closed, sleep(5000)]);
  assert.ok(!endless.isOpen());
  assert.ok(sent < 32 << 20, `${sent} bytes went in`);
});

test('an answer in chunks, asked for first, or in single bytes is an answer', async () => {
  const post = async (more, write) => {
    const body = new URLSearchParams(answers(await collector.form(link))).toString();
    const raw = await collector.raw();
    await raw.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}${more(body)}\r\n\r\n`);
    await write(raw, body);
    const text = await raw.until(/HTTP\/1\.1 303[^]*\r\n\r\n/);
    raw.socket.destroy();
    return text;
  };
  const had = await stored(made);
  await post(() => 'Transfer-Encoding: chunked', async (raw, body) => {
    for (const part of body.match(/.{1,50}/gs)) await raw.send(`${part.length.toString(16)}\r\n${part}\r\n`);
    await raw.send('0\r\n\r\n');
  });
  await post((body) => `Content-Length: ${body.length}\r\nExpect: 100-continue`, async (raw, body) => {
    await raw.until(/^HTTP\/1\.1 100 /);
    await raw.send(body);
  });
  await post((body) => `Content-Length: ${body.length}`, async (raw, body) => {
    raw.socket.setNoDelay(true);
    for (const byte of body) await raw.send(byte);
  });
  assert.equal((await stored(made)) - had, 3);
});

test('a head up to several kB is read, a larger one refused', async () => {
  assert.equal((await collector.get(`/${link}`, { headers: { 'x-large': 'x'.repeat(4000) } })).status, 200);
  assert.equal((await collector.get(`/${link}`, { headers: { cookie: Array.from({ length: 8 }, (_, i) => `c${i}=${'x'.repeat(600)}`).join('; ') } })).status, 200);
  for (const head of [`X-Large: ${'x'.repeat(60000)}`, 'X-Many: 1\r\n'.repeat(3000).trim()]) {
    const raw = await collector.raw();
    raw.send(`GET /${link} HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
    assert.ok([400, 413, 431, NaN].includes(statusOf(await raw.text(5000))));
    assert.ok(!raw.isOpen());
  }
  const raw = await collector.raw();
  raw.send(`GET /${'A'.repeat(60000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  assert.ok([400, 413, 414, 431, NaN].includes(statusOf(await raw.text(5000))));
  assert.ok(!raw.isOpen());
});

test('a request whose head leaves no room for a reply is refused, not taken without a word', async () => {
  const statuses = new Set();
  for (const name of ['Cookie', 'X-Large'])
    for (let bytes = 3000; bytes <= 24000; bytes += 150) {
      const had = await stored(made);
      const body = new URLSearchParams(answers(await collector.form(link))).toString();
      const raw = await collector.raw();
      raw.send(
        `POST /${link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
          `${name}: c=${'v'.repeat(bytes)}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      const status = statusOf(await raw.text(5000));
      statuses.add(status);
      assert.equal((await stored(made)) - had, status === 303 ? 1 : 0, `${name} of ${bytes} bytes: ${status}`);
    }
  assert.ok(statuses.has(303) && statuses.has(431), [...statuses].join(' '));
});

test('what is no HTTP is refused', async () => {
  for (const text of [
    '\0\x01\x02\r\n\r\n', 'GET\r\n\r\n', `GET /${link} HTTP/1.1\r\n\r\n`, `GET /${link} HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n`,
    `POST /${link} HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nabcde`, `POST /${link} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ]) {
    const raw = await collector.raw();
    await raw.send(text);
    raw.socket.end();
    const reply = await raw.text(3000);
    assert.ok(reply === '' || statusOf(reply) >= 400, `${JSON.stringify(text)} gave ${reply.slice(0, 60)}`);
  }
  assert.equal((await collector.get('/halsa')).status, 200);
});

test('many requests on one connection, each waited for or all sent at once', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (let i = 0; i < 20; i++) {
    const form = await collector.form(link, { agent });
    const reply = await collector.post(`/${link}`, answers(form), { agent });
    assert.equal(reply.status, 303);
  }
  for (const list of Object.values(agent.freeSockets)) for (const s of list) ports.add(s.localPort);
  assert.equal(ports.size, 1);
  agent.destroy();

  const had = await stored(made);
  const bodies = [];
  for (let i = 0; i < 10; i++) bodies.push(new URLSearchParams(answers(await collector.form(link))).toString());
  const raw = await collector.raw();
  await raw.send(bodies.map((b) => `POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}Content-Length: ${b.length}\r\n\r\n${b}`).join('')
    + 'GET /halsa HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const text = await raw.text();
  assert.equal(text.match(/HTTP\/1\.1 303/g).length, 10);
  assert.match(text, /HTTP\/1\.1 200[^]*ok\n$/);
  assert.equal((await stored(made)) - had, 10);
});

test('400 pupils behind one address all get in at once', async () => {
  const had = await stored(made);
  const replies = await Promise.all(Array.from({ length: 400 }, async () => {
    const agent = new http.Agent({ keepAlive: true });
    const form = await collector.form(link, { agent });
    const reply = await collector.post(`/${link}`, answers(form), { agent });
    agent.destroy();
    return reply.status;
  }));
  assert.deepEqual([...new Set(replies)], [303]);
  assert.equal((await stored(made)) - had, 400);
});

test('silence and trickles end, and disturb nobody meanwhile', async () => {
  const quick = await Collector.trial(made2(), { idle_s: 1, deadline_s: 3 });
  try {
    const silent = await quick.raw();
    const half = await quick.raw();
    const trickle = await quick.raw();
    const start = Date.now();
    await half.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}Content-Length: 500\r\n\r\na=`);
    await trickle.send('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = setInterval(() => trickle.send('x').catch(() => {}), 100);
    await Promise.all([silent.closed, half.closed]);
    assert.ok(Date.now() - start < 5000);
    assert.ok(trickle.isOpen(), 'the trickle ended by silence, not by its deadline');
    assert.equal((await quick.get('/halsa')).status, 200);
    await trickle.closed;
    clearInterval(drip);
    assert.ok(Date.now() - start < 8000);
    assert.equal((await quick.get('/halsa')).status, 200);
  } finally {
    await quick.stop();
  }
});

test('when every connection is taken the next pupil waits a moment and gets in', async () => {
  // 200 open files leave 136 connections.
  const few = await Collector.start(made2(), {
    program: ['sh', '-c', 'ulimit -n 200; exec "$0" "$@"', TRIAL, made2().store, '127.0.0.1:0', 'idle_s=2'],
  });
  try {
    const idle = [];
    for (let i = 0; i < 150; i++) idle.push(await few.raw());
    const begun = Date.now();
    assert.equal((await few.get('/halsa')).status, 200);
    assert.ok(Date.now() - begun > 500, 'it did not have to wait: the limit was not reached');
    assert.ok(Date.now() - begun < 10000);
    for (const { socket } of idle) socket.destroy();
    assert.equal((await few.get('/halsa')).status, 200);
  } finally {
    await few.stop();
  }
});

// A store of its own for a second collector, as one store is served by one process.
let other;
before(async () => {
  other = workDir();
  other.made = await makeStore(other.dir);
});
after(() => other.remove());
const made2 = () => other.made;

test('a crash leaves no core file with keys and answers in it', () => {
  const limits = readFileSync(`/proc/${collector.process.pid}/limits`, 'utf8');
  assert.match(limits, /^Max core file size\s+0\s+0\s/m);
});

test('a request whose body ends at two places is refused, and what follows it is not read as another', async () => {
  for (const head of [
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Content-Length: 5\r\nContent-Length: 40',
    'Content-Length: 5\r\nContent-Length: 5',
    'Transfer-Encoding : chunked\r\nContent-Length: 5',
    'Transfer-Encoding: xchunked\r\nContent-Length: 5',
    'Transfer-Encoding: gzip, chunked',
  ]) {
    const raw = await collector.raw();
    await raw.send(`POST /${link} HTTP/1.1\r\nHost: x\r\n${TYPE}${head}\r\n\r\n0\r\n\r\nGET /halsa HTTP/1.1\r\nHost: x\r\n\r\n`);
    const text = await raw.text();
    assert.equal(statusOf(text), 400, head);
    assert.equal(text.match(/HTTP\/1\.1 \d/g).length, 1, head);
  }
});
