// Goal: the replies with one page share most of their bytes in the collector's memory, and still each pupil gets a
// whole page with a key that nobody else has: also when some read slowly, break off, or ask for it in another way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';

import { Collector, eventually, linkOf, links, makeStore, readForm, sleep, stored, answers, workDir } from '../support/collector.mjs';

let work, made, collector, list, link;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir);
  list = await links(made);
  link = linkOf(list, '7A').code;
  collector = await Collector.start(made);
});
after(async () => {
  await collector.stop();
  work.remove();
});

const DECODE = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, identity: (b) => b };
const ask = (code, coding, more = '') => `GET /${code} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${coding}\r\n${more}\r\n`;

// Sends `asked` (requests one behind the other) and reads nothing until read() is called.
async function slowClient(asked) {
  const socket = net.connect(collector.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {}).pause();
  const parts = [];
  socket.write(asked.join(''));
  // The replies {head, body}, one for each request.
  const read = async () => {
    socket.on('data', (d) => parts.push(d)).resume();
    const replies = [];
    let rest = Buffer.alloc(0);
    await eventually(() => {
      rest = Buffer.concat([rest, ...parts.splice(0)]);
      for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        const head = rest.subarray(0, Math.max(end, 0)).toString('latin1');
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? NaN);
        if (end < 0 || !(rest.length >= end + 4 + length)) break;
        replies.push({ head, body: rest.subarray(end + 4, end + 4 + length) });
        rest = rest.subarray(end + 4 + length);
      }
      return replies.length >= asked.length;
    }, 30000);
    assert.equal(rest.length, 0, 'nothing behind the last reply');
    socket.destroy();
    return replies;
  };
  return { socket, read };
}

function keyOf({ head, body }, coding) {
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.equal(/^content-encoding: (\S+)/im.exec(head)?.[1] ?? 'identity', coding);
  const html = DECODE[coding](body).toString(); // throws when a checksum or the length is not right
  assert.match(html, /<\/html>\s*$/);
  const { key } = readForm(html);
  assert.match(key, /^[A-Za-z0-9_-]{43}$/);
  return key;
}

// Far more than the kernel's buffers take, so that replies wait half sent while others are made.
const MANY = 1500;

test('a client that does not read keeps its replies as they were, whatever others get', async () => {
  const slow = [];
  for (const coding of ['gzip', 'br', 'gzip'])
    slow.push({ coding, client: await slowClient(Array(MANY).fill(ask(link, coding))) });
  const keys = [];
  for (const coding of ['gzip', 'br', 'identity']) {
    const quick = await slowClient(Array(100).fill(ask(link, coding)));
    keys.push(...(await quick.read()).map((r) => keyOf(r, coding)));
  }
  for (const { coding, client } of slow) keys.push(...(await client.read()).map((r) => keyOf(r, coding)));
  assert.equal(keys.length, 3 * MANY + 300);
  assert.equal(new Set(keys).size, keys.length);
});

test('clients that break off in the middle leave the others whole pages', async () => {
  const gone = [];
  for (let i = 0; i < 20; i++) gone.push(await slowClient(Array(MANY).fill(ask(link, 'gzip'))));
  await sleep(100);
  const reading = [];
  for (let i = 0; i < 10; i++) {
    gone[2 * i].socket.resetAndDestroy();
    reading.push(await slowClient(Array(40).fill(ask(link, 'gzip'))));
    gone[2 * i + 1].socket.destroy();
  }
  const keys = (await Promise.all(reading.map((c) => c.read()))).flat().map((r) => keyOf(r, 'gzip'));
  assert.equal(new Set(keys).size, 400);
});

test('what one asks for does not turn up in the next reply', async () => {
  const other = linkOf(list, '8B').code;
  const ways = [
    [`/${link}`, {}, 'sv'],
    [`/${other}`, {}, 'sv'],
    [`/${link}?lang=en`, {}, 'en'],
    [`/${link}`, { 'accept-language': 'en' }, 'en'],
    [`/${link}/K7TXMNPQ`, {}, 'sv'], // a slip's address: the page carries the code
    [`/${link}?delad=3`, {}, 'sv'],
    [`/${link}`, {}, 'sv'],
  ];
  const seen = new Set();
  for (let turn = 0; turn < 3; turn++) {
    for (const coding of ['gzip', 'br', 'identity']) {
      for (const [path, headers, language] of ways) {
        for (const method of ['GET', 'HEAD', 'GET']) {
          const r = await collector.request(method, path, { headers: { 'accept-encoding': coding, ...headers } });
          assert.equal(r.status, 200);
          assert.equal(r.headers['content-language'], language);
          assert.equal(r.headers['content-encoding'] ?? 'identity', coding);
          if (method === 'HEAD') continue;
          const html = DECODE[coding](r.bytes).toString();
          assert.match(html, new RegExp(`<html[^>]* lang="${language}"`));
          assert.match(html, new RegExp(`data-access="${path.slice(1, 9)}"`));
          assert.equal(/K7TXMNPQ/.test(html), path.includes('K7TXMNPQ'));
          assert.equal(/<form[^>]* data-shared/.test(html), path.includes('delad'));
          seen.add(readForm(html).key);
        }
      }
    }
  }
  assert.equal(seen.size, 3 * 3 * ways.length * 2);
});

test('the keys of pages that were got together are all good', async () => {
  const had = await stored(made);
  const agent = { 'accept-encoding': 'gzip' };
  const pages = await Promise.all(Array.from({ length: 30 }, () => collector.get(`/${link}`, { headers: agent })));
  const forms = pages.map((p) => readForm(zlib.gunzipSync(p.bytes).toString()));
  const statuses = await Promise.all(forms.map((f) => collector.post(`/${link}`, answers(f)).then((r) => r.status)));
  assert.deepEqual(new Set(statuses), new Set([303]));
  assert.equal(await stored(made), had + 30);
});

test('a class that is renamed has its new name on the next page', async () => {
  const name = async () => zlib.gunzipSync((await collector.get(`/${link}`, { headers: { 'accept-encoding': 'gzip' } })).bytes).toString();
  assert.match(await name(), /Björkskolan/);
  await made.sqlite("UPDATE unit SET name = 'Lönnskolan' WHERE code = '10000001'");
  await eventually(async () => /Lönnskolan/.test(await name()));
  assert.doesNotMatch(await name(), /Björkskolan/);
});
