// Goal: no acknowledged answer is ever missing and none is doubled, whatever fails: the process, the disk, a
// commit, the client; and the pupil whose answer could not be taken gets a page that sends it again.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  Collector, answers, eventually, inputs, linkOf, links, lock, makeStore, sleep, stored, workDir,
} from '../support/collector.mjs';

async function withStore(act) {
  const work = workDir();
  const made = await makeStore(work.dir);
  const link = linkOf(await links(made), '7A').code;
  const running = [];
  const start = async (options) => {
    const c = options ? await Collector.trial(made, options) : await Collector.start(made);
    running.push(c);
    return c;
  };
  try {
    await act({ made, link, start, file: (name) => join(work.dir, name) });
  } finally {
    for (const c of running) await c.kill();
    work.remove();
  }
}

// Pupils that answer one after another, each with a new form, until told to stop or the collector is gone.
// acknowledged: keys that were thanked for; unsure: those without a reply, with what was sent.
function load(collector, link, pupils) {
  const result = { acknowledged: [], unsure: [], refused: 0 };
  let going = true;
  const pupil = async () => {
    while (going) {
      let fields;
      try {
        fields = answers(await collector.form(link));
      } catch {
        await sleep(2);
        continue;
      }
      try {
        const reply = await collector.post(`/${link}`, fields);
        if (reply.status === 303) result.acknowledged.push(fields);
        else if (reply.status === 503) result.refused++, result.unsure.push(fields);
        else throw new Error(`status ${reply.status}`);
      } catch (e) {
        if (/^status/.test(e.message)) throw e;
        result.unsure.push(fields);
      }
    }
  };
  const all = Promise.all(Array.from({ length: pupils }, pupil));
  return { result, end: () => ((going = false), all.then(() => result)) };
}

// Sends everything once more, as phones do; the store must then hold each exactly once.
async function checkExact(collector, made, link, { acknowledged, unsure }) {
  const n = await stored(made);
  assert.ok(n >= acknowledged.length, `${acknowledged.length} acknowledged, ${n} stored`);
  assert.ok(n <= acknowledged.length + unsure.length, `${n} stored of ${acknowledged.length} + ${unsure.length} sent`);
  for (const list of [acknowledged, unsure]) {
    for (let i = 0; i < list.length; i += 50) {
      const replies = await Promise.all(list.slice(i, i + 50).map((fields) => collector.post(`/${link}`, fields)));
      for (const { status } of replies) assert.equal(status, 303);
    }
    const now = await stored(made);
    if (list === acknowledged) assert.equal(now, n, 'a resent answer was counted twice');
    else assert.equal(now, acknowledged.length + unsure.length);
  }
}

test('SIGTERM under load: what was thanked for is stored, the exit is clean', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start();
    const pupils = load(collector, link, 40);
    await eventually(() => pupils.result.acknowledged.length > 200);
    const end = await collector.stop('SIGTERM');
    const result = await pupils.end();
    assert.deepEqual(end, { code: 0, signal: null });
    assert.ok(!existsSync(`${made.store}-wal`), 'the file alone holds everything once the collector has stopped');
    await checkExact(await start(), made, link, result);
  }));

test('SIGKILL under load, several times: nothing that was thanked for is missing, nothing doubled', () =>
  withStore(async ({ made, link, start }) => {
    const total = { acknowledged: [], unsure: [] };
    for (let round = 0; round < 5; round++) {
      const collector = await start();
      const pupils = load(collector, link, 40);
      await eventually(() => pupils.result.acknowledged.length > 50 + 30 * round);
      await collector.kill();
      const { acknowledged, unsure } = await pupils.end();
      total.acknowledged.push(...acknowledged);
      total.unsure.push(...unsure);
    }
    await checkExact(await start(), made, link, total);
  }));

test('SIGTERM with idle and half-open connections ends within seconds', () =>
  withStore(async ({ link, start }) => {
    const collector = await start();
    const idle = await collector.raw();
    const half = await collector.raw();
    await half.send(`POST /${link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\na`);
    await sleep(50);
    const begun = Date.now();
    assert.deepEqual(await collector.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - begun < 8000);
    await Promise.all([idle.closed, half.closed]);
  }));

test('an answer under way when the end comes is stored and thanked for', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start({ commit_ms: 400 });
    const fields = answers(await collector.form(link));
    const reply = collector.post(`/${link}`, fields);
    await sleep(100);
    const end = collector.stop();
    assert.equal((await reply).status, 303);
    assert.equal((await reply).headers.connection, 'close');
    assert.deepEqual(await end, { code: 0, signal: null });
    assert.equal(await stored(made), 1);
  }));

test('clients that leave while their answer is written do no harm, and their answers count', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start({ commit_ms: 300 });
    const forms = [];
    for (let i = 0; i < 20; i++) forms.push(new URLSearchParams(answers(await collector.form(link))).toString());
    for (const body of forms) {
      const raw = await collector.raw();
      await raw.send(`POST /${link} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      raw.socket.resetAndDestroy();
    }
    await eventually(async () => (await collector.get('/halsa')).status === 200);
    await sleep(1200);
    const n = await stored(made);
    assert.ok(n <= 20);
    const replies = await Promise.all(forms.map((body) => collector.post(`/${link}`, body)));
    for (const { status } of replies) assert.equal(status, 303);
    assert.equal(await stored(made), 20);
    assert.deepEqual(await collector.stop(), { code: 0, signal: null });
  }));

// The page of a 503 holds all that was sent; its button sends it again.
function checkResend(reply, fields) {
  assert.equal(reply.status, 503);
  assert.ok(Number(reply.headers['retry-after']) > 0);
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(reply.body, /method="post"/);
  const hidden = inputs(reply.body).filter((i) => i.type === 'hidden');
  const again = Object.fromEntries(hidden.map((i) => [i.name, i.value]));
  for (const [name, value] of Object.entries(fields)) assert.equal(again[name], value, `${name} was lost`);
  return again;
}

test('too many waiting: 503 at once with everything kept, and taken later', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start({ commit_ms: 300, queue: 3 });
    const forms = [];
    for (let i = 0; i < 12; i++) forms.push(answers(await collector.form(link)));
    const sent = forms.map((fields) => collector.post(`/${link}`, fields));
    const replies = await Promise.all(sent);
    const refused = replies.map((r, i) => [r, forms[i]]).filter(([r]) => r.status === 503);
    assert.ok(refused.length >= 1 && refused.length < 12);
    for (const [reply, fields] of refused) {
      await eventually(async () => (await collector.post(`/${link}`, checkResend(reply, fields))).status === 303);
    }
    assert.equal(await stored(made), 12);
  }));

test('the oldest has waited too long: 503, and the health check says so', () =>
  withStore(async ({ link, start }) => {
    const collector = await start({ commit_ms: 1000, wait_ms: 300 });
    const [one, two] = [answers(await collector.form(link)), answers(await collector.form(link))];
    const first = collector.post(`/${link}`, one);
    await sleep(600);
    checkResend(await collector.post(`/${link}`, two), two);
    assert.equal((await collector.get('/halsa')).status, 503);
    assert.equal((await first).status, 303);
    assert.equal((await collector.get('/halsa')).status, 200);
  }));

test('a full disk: 503 at once while it lasts, told once in the log, over by itself', () =>
  withStore(async ({ made, link, start, file }) => {
    const collector = await start({ full: file('full') });
    const fields = answers(await collector.form(link));
    assert.equal((await collector.post(`/${link}`, fields)).status, 303);
    writeFileSync(file('full'), '');
    const late = answers(await collector.form(link));
    const again = checkResend(await collector.post(`/${link}`, late), late);
    for (let i = 0; i < 20; i++) checkResend(await collector.post(`/${link}`, again), late);
    assert.equal((await collector.get('/halsa')).status, 503);
    assert.equal((await collector.get(`/${link}`)).status, 200, 'the form can still be filled in');
    assert.equal(collector.log.match(/^error: .*full/gm).length, 1);
    assert.equal(await stored(made), 1);
    rmSync(file('full'));
    await eventually(async () => (await collector.get('/halsa')).status === 200);
    assert.equal((await collector.post(`/${link}`, again)).status, 303);
    assert.equal(await stored(made), 2);
  }));

test('commits that fail, or only say so: 503, then exactly once', () =>
  withStore(async ({ made, link, start, file }) => {
    const collector = await start({ broken: file('broken') });
    const pupils = load(collector, link, 20);
    await eventually(() => pupils.result.acknowledged.length > 50);
    writeFileSync(file('broken'), '');
    await eventually(() => pupils.result.refused > 50);
    await sleep(2500); // some failing commits, durable and not
    rmSync(file('broken'));
    const had = pupils.result.acknowledged.length;
    await eventually(() => pupils.result.acknowledged.length > had + 50);
    const result = await pupils.end();
    await checkExact(collector, made, link, result);
    assert.ok(!collector.log.includes(link));
  }));

test('a lost store: 503, taken up again when it is back', () =>
  withStore(async ({ made, link, start, file }) => {
    const collector = await start({ broken: file('broken'), lost: file('lost') });
    writeFileSync(file('broken'), '');
    writeFileSync(file('lost'), '');
    const fields = answers(await collector.form(link));
    checkResend(await collector.post(`/${link}`, fields), fields);
    rmSync(file('broken'));
    await sleep(1500);
    checkResend(await collector.post(`/${link}`, fields), fields);
    assert.equal((await collector.get('/halsa')).status, 503);
    rmSync(file('lost'));
    await eventually(async () => (await collector.post(`/${link}`, fields)).status === 303);
    assert.equal(await stored(made), 1);
  }));

test('a database that another program locks: 503 after a while, no answer lost', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start({ wait_ms: 500 });
    const early = answers(await collector.form(link));
    const late = answers(await collector.form(link));
    const locked = await lock(made);
    const first = collector.post(`/${link}`, early);
    await sleep(700);
    checkResend(await collector.post(`/${link}`, late), late);
    assert.equal((await collector.get('/halsa')).status, 503);
    await locked.release();
    assert.equal((await first).status, 303);
    assert.equal((await collector.post(`/${link}`, late)).status, 303);
    assert.equal(await stored(made), 2);
  }));

test('a database that stays locked: everyone gets 503 within a few seconds, and the answers are taken later', () =>
  withStore(async ({ made, link, start }) => {
    const collector = await start();
    const forms = [];
    for (let i = 0; i < 8; i++) forms.push(answers(await collector.form(link)));
    const locked = await lock(made);
    const again = await Promise.all(forms.map(async (fields, i) => {
      await sleep(700 * i);
      const begun = Date.now();
      const reply = await collector.post(`/${link}`, fields);
      assert.ok(Date.now() - begun < 4900, `pupil ${i} waited ${Date.now() - begun} ms`);
      return checkResend(reply, fields);
    }));
    await locked.release();
    for (const fields of again) assert.equal((await collector.post(`/${link}`, fields)).status, 303);
    assert.equal(await stored(made), 8);
    assert.match(collector.log, /^warning: .*busy/m);
  }));
