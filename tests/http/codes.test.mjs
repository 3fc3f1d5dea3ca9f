// Goal: in a class with slips each code lets one answer in, by its QR code or typed in any way a child may type it;
// a used or mistyped one is told kindly, with nothing lost, a used slip before anything is answered; a lost reply is still
// thanked for; and whoever tries codes by opening pages learns of no good one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import {
  Collector, added, answers, eventually, inputs, linkOf, links, lock, makeStore, readForm, slipCodes, workDir,
} from '../support/collector.mjs';

let work, made, collector, link, other, unitLink, codes, printed;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir);
  const list = await links(made);
  link = linkOf(list, '7A').code;
  other = linkOf(list, '8B').code;
  unitLink = linkOf(list, '').code;
  collector = await Collector.start(made);
  assert.equal((await collector.form(link)).html.includes('name="code"'), false);
  const pdf = join(work.dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '7A', '--count', '20', '--output', pdf,
    '--public-url', made.publicUrl);
  codes = await slipCodes(pdf, link);
  assert.equal(codes.length, 20);
  printed = [...codes];
  // the running collector takes notice by itself
  await eventually(async () => (await collector.form(link)).html.includes('name="code"'));
});
after(async () => {
  await collector.stop();
  work.remove();
});

const codeIn = (html) => inputs(html).filter((i) => i.name === 'code');
const thanked = (reply, code = link) => {
  assert.equal(reply.status, 303, reply.body);
  assert.equal(reply.headers.location, `/${code}/tack?sparat=1`);
};

test('the QR code of a slip opens the form with its code, which is sent unseen', async () => {
  const code = codes.pop();
  const form = await collector.form(`${link}/${code}`);
  assert.deepEqual(codeIn(form.html).map((i) => [i.type, i.value]), [['hidden', code]]);
  assert.match(form.html, new RegExp(`action="/${link}\\?lang=sv"`)); // the code stays out of what is sent to
  assert.equal(await added(made, async () => thanked(await collector.post(`/${link}`, answers(form, { code })))), 1);
});

test('the address of a slip may be typed as a code in a field may', async () => {
  const code = codes[0];
  const dressed = (c) => `${c.slice(0, 4)}%20${c.slice(4)}`;
  for (const [a, c] of [[link, dressed(code)], [dressed(link), code], [link.toLowerCase(), code.toLowerCase()], [link, dressed(code).replace('%20', '-')]]) {
    const reply = await collector.get(`/${a}/${c}?lang=so`);
    assert.equal(reply.status, 303, `${a}/${c}`);
    assert.equal(reply.headers.location, `/${link}/${code}?lang=so`);
  }
  for (const c of [`${code}A`, `${dressed(code)}_`, `${code}${'-'.repeat(40)}`]) {
    for (const a of [link, link.toLowerCase()]) assert.equal((await collector.get(`/${a}/${c}`)).status, 404, c);
  }
});

test('two pages by slips carry keys and codes of their own, compressed or not', async () => {
  const [a, b] = [await collector.form(`${link}/${codes[0]}`), await collector.form(`${link}/${codes[1]}`)];
  assert.notEqual(a.key, b.key);
  for (const coding of ['gzip', 'br']) {
    const reply = await collector.get(`/${link}/${codes[0]}`, { headers: { 'accept-encoding': coding } });
    assert.equal(reply.headers['content-encoding'], coding);
    const zlib = await import('node:zlib');
    const html = (coding === 'br' ? zlib.brotliDecompressSync : zlib.gunzipSync)(reply.bytes).toString();
    assert.deepEqual(codeIn(html).map((i) => i.value), [codes[0]]);
  }
});

test('a typed code may have blanks, hyphens and small letters, and the address before it that the slip has', async () => {
  for (const dress of [(c) => c, (c) => ` ${c.slice(0, 4)} ${c.slice(4)} `, (c) => c.toLowerCase(), (c) => `${c.slice(0, 4)}-${c.slice(4)}`,
    (c) => `tld.exempelkommun.se/${link}/${c}`]) {
    const form = await collector.form(link);
    assert.deepEqual(codeIn(form.html).map((i) => i.value), ['']);
    assert.equal(await added(made, async () => thanked(await collector.post(`/${link}`, answers(form, { code: dress(codes.pop()) })))), 1);
  }
});

test('the same page again is thanked for, another page with the same code is told that it is used', async () => {
  const code = codes.pop();
  const [form, late] = [await collector.form(`${link}/${code}`), await collector.form(`${link}/${code}`)];
  assert.equal(await added(made, async () => {
    for (let i = 0; i < 3; i++) thanked(await collector.post(`/${link}`, answers(form, { code })));
    const given = answers(late, { code });
    const reply = await collector.post(`/${link}`, given);
    assert.equal(reply.status, 409);
    assert.match(reply.body, /Koden är redan använd/);
    assert.match(reply.body, /Björkskolan/);
    assert.equal(reply.headers['cache-control'], 'private, no-cache');
    // with another slip nothing need be answered again
    const again = readForm(reply.body);
    for (const id of Object.keys(late.questions)) assert.equal(again.checked[id], given[id], `${id} was lost`);
    assert.equal(again.key, late.key);
    assert.deepEqual(codeIn(reply.body).map((i) => i.value), [code]);
    thanked(await collector.post(`/${link}`, { ...again.checked, key: again.key, code: codes.pop() }));
  }), 2);
});

test('a used slip says so when its page is opened, in the language, and the page that used it is still thanked for', async () => {
  const code = codes.pop();
  const form = await collector.form(`${link}/${code}`);
  thanked(await collector.post(`/${link}`, answers(form, { code })));
  assert.equal(await added(made, async () => {
    for (const path of [`/${link}/${code}`, `/${link}/${code}/`]) {
      const reply = await collector.get(path);
      assert.equal(reply.status, 409);
      assert.match(reply.body, /Koden är redan använd/);
      assert.match(reply.body, /Var det du\? Då är dina svar sparade/);
      assert.match(reply.body, /Björkskolan/);
      assert.equal(reply.headers['cache-control'], 'no-store');
      assert.equal(reply.body.includes(code), false);
      assert.deepEqual(inputs(reply.body), []);
    }
    for (const [path, headers] of [[`/${link}/${code}?lang=en`, {}], [`/${link}/${code}`, { 'accept-language': 'en' }]]) {
      const reply = await collector.get(path, { headers });
      assert.equal(reply.status, 409);
      assert.equal(reply.headers['content-language'], 'en');
    }
    assert.equal((await collector.request('HEAD', `/${link}/${code}`)).status, 409);
    assert.match((await collector.get(`/${link}/${code}?delad=2`)).body, /Nästa barn/);
    thanked(await collector.post(`/${link}`, answers(form, { code }))); // its reply was lost
  }), 0);
  // on the unit's link the class is not known: it is told when the answers come
  assert.equal((await collector.get(`/${unitLink}/${code}`)).status, 200);
  // another class has no such code
  assert.equal((await collector.get(`/${other}/${code}`)).status, 200);
});

test('opening pages tells no good code from one that nobody has', async () => {
  const good = codes.at(-1);
  const none = [...good].map((c, i) => (i === 3 ? (c === 'A' ? 'C' : 'A') : c)).join('');
  const page = async (code) => {
    const reply = await collector.get(`/${link}/${code}`);
    return { status: reply.status, headers: { ...reply.headers, date: '' }, html: reply.body.replaceAll(code, '').replace(/value="[A-Za-z0-9_-]{43}"/, '') };
  };
  const [a, b] = [await page(good), await page(none)];
  assert.equal(a.status, 200);
  assert.deepEqual(a, b);
  assert.equal(await made.sqlite('SELECT count(*) FROM one_time_code'), '20\n', 'and none has come to be');
});

test('while another program writes, a used slip is told at once and the others open', async () => {
  const code = codes.pop();
  thanked(await collector.post(`/${link}`, answers(await collector.form(`${link}/${code}`), { code })));
  const locked = await lock(made);
  const began = Date.now();
  assert.equal((await collector.get(`/${link}/${code}`)).status, 409);
  assert.equal((await collector.get(`/${link}/${codes[0]}`)).status, 200);
  assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
  await locked.release();
});

test('fifty pages with one code at once: one is thanked for, the others are told', async () => {
  const code = codes.pop();
  const forms = await Promise.all(Array.from({ length: 50 }, () => collector.form(`${link}/${code}`)));
  assert.equal(await added(made, async () => {
    const replies = await Promise.all(forms.map((form) => collector.post(`/${link}`, answers(form, { code }))));
    assert.equal(replies.filter((r) => r.status === 303).length, 1);
    assert.equal(replies.filter((r) => r.status === 409).length, 49);
  }), 1);
});

test('a mistyped, missing or foreign code brings the answers back, and the right one is then taken', async () => {
  const right = codes.pop();
  const wrong = right.slice(0, 7) + (right[7] === 'A' ? 'C' : 'A');
  for (const [bad, says] of [[wrong, /Koden stämmer inte/], ['hej', /Koden stämmer inte/], ['', /Skriv koden som står på din lapp/],
    ['"><b>', /Koden stämmer inte/]]) {
    const form = await collector.form(link);
    const given = answers(form, { code: bad });
    assert.equal(await added(made, async () => {
      const reply = await collector.post(`/${link}`, given);
      assert.equal(reply.status, 422);
      assert.match(reply.body, says);
      assert.doesNotMatch(reply.body, /"><b>/);
      const again = readForm(reply.body);
      for (const id of Object.keys(form.questions)) assert.equal(again.checked[id], given[id], `${id} was lost`);
      assert.deepEqual(codeIn(reply.body).map((i) => i.value), [bad]);
      assert.equal(again.key, form.key);
    }), 0);
  }
  const form = await collector.form(link);
  assert.equal(await added(made, async () => thanked(await collector.post(`/${link}`, answers(form, { code: right })))), 1);
});

test("the unit's link asks for the code too; a class without slips needs none, and takes no other's", async () => {
  const form = await collector.form(unitLink);
  const [seventh, eighth] = form.groups;
  assert.equal(codeIn(form.html).length, 1);
  assert.equal((await collector.post(`/${unitLink}`, answers(form, { group: seventh, code: '' }))).status, 422);
  assert.equal((await collector.post(`/${unitLink}`, answers(form, { group: eighth, code: codes[0] }))).status, 422);
  assert.equal(await added(made, async () => {
    thanked(await collector.post(`/${unitLink}`, answers(form, { group: eighth, code: '' })), unitLink);
    const second = await collector.form(unitLink);
    thanked(await collector.post(`/${unitLink}`, answers(second, { group: seventh, code: codes.pop() })), unitLink);
  }), 2);
  assert.equal((await collector.form(other)).html.includes('name="code"'), false);
});

test('an address that is no slip is told so, and none takes a POST', async () => {
  for (const path of [`/${link}/hej`, `/${link}/${codes[0]}A`, `/${link}/${codes[0]}/x`, `/AAAAAAAA/${codes[0]}`]) {
    assert.equal((await collector.get(path)).status, 404, path);
  }
  assert.equal((await collector.post(`/${link}/${codes[0]}`, {})).status, 405);
  assert.equal((await collector.get(`/${link}/tack`)).status, 200);
});

test('nothing in the log or the file holds a code', async () => {
  const { readFileSync, readdirSync } = await import('node:fs');
  const held = readdirSync(work.dir).filter((f) => f.startsWith('tld.db')).map((f) => readFileSync(join(work.dir, f), 'latin1'));
  const used = await made.sqlite('SELECT sum(spent) FROM one_time_code');
  assert.ok(Number(used) >= 8);
  for (const code of printed) {
    assert.equal(collector.log.includes(code), false);
    for (const bytes of held) assert.equal(bytes.includes(code), false);
  }
});
