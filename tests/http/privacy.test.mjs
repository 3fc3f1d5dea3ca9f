// Goal: what /integritet says is true. Answers are sent with a recognisable address, browser, cookie, language and
// at known times; then every byte that the collector leaves behind (store, log, shared memory, keys, backups, standard
// error) is searched for them, while the round is open and after it is sealed. The same search finds each of them where
// it has been put.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { answers, Collector, eventually, linkOf, links, makeStore, readForm, sleep, slipCodes, workDir } from '../support/collector.mjs';

const ADDRESS = '127.77.33.91'; // of the pupil's end of the connection
const FORWARDED = '203.0.113.77'; // as a web server in front would tell
const HEADERS = {
  'user-agent': 'Mozilla/5.0 (SvarsTelefon 7; KlassrumOS 31.7)',
  cookie: 'kakburk=pepparkaka8731',
  'x-forwarded-for': FORWARDED,
  forwarded: `for=${FORWARDED};host=kannetecken.example`,
  'x-real-ip': FORWARDED,
  'accept-language': 'sv;q=0.713,x-rymdiska;q=0.317',
  referer: 'https://hemsida.example/vem-jag-ar',
};
const WORDS = [
  ADDRESS, FORWARDED, 'SvarsTelefon', 'KlassrumOS', 'pepparkaka8731', 'kakburk', 'kannetecken', '0.713', 'x-rymdiska', 'hemsida.example',
  'smyglank',
];

const LANGUAGES = ['sv', 'en', 'ar', 'so', 'uk', 'fi'];

// ---- the search -----------------------------------------------------------------------------------------------

const be = (bytes, n) => Buffer.from(BigInt(n).toString(16).padStart(bytes * 2, '0'), 'hex');
const bothEnds = (bytes, n) => [be(bytes, n), be(bytes, n).reverse()];
const address = (text) => Buffer.from(text.split('.').map(Number));

function double(n) {
  const b = Buffer.alloc(8);
  b.writeDoubleBE(n);
  return b;
}

// How a text may lie there: as it is, in UTF-16, in hexadecimal, in base64.
const shapesOfText = (text) => {
  const b = Buffer.from(text);
  const shapes = [b, Buffer.from(text, 'utf16le'), Buffer.from(b.toString('hex')), Buffer.from(b.toString('hex').toUpperCase())];
  return text.length < 8 ? shapes : [...shapes, Buffer.from(b.toString('base64').replace(/=+$/, ''))];
};

// How a second may lie there: as a number of 4 or 8 bytes, as milliseconds (their upper five bytes of a second would be
// chance), as a Julian day, in decimals, as text on any clock of ours.
function shapesOfSecond(s) {
  const iso = new Date(s * 1000).toISOString();
  const swedish = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', timeStyle: 'medium' }).format(s * 1000);
  return [
    ...bothEnds(4, s), ...bothEnds(8, s), double(s), double(s / 86400 + 2440587.5),
    ...[String(s), iso.slice(0, 19), iso.slice(0, 19).replace('T', ' '), iso.slice(11, 19), swedish].map((t) => Buffer.from(t)),
  ];
}

const shapesOfMilliseconds = (ms) => [...bothEnds(6, ms), ...bothEnds(8, ms), double(ms), double(ms / 1000), Buffer.from(String(ms))];

// All files of the folder and of those within it, by name.
const filesOf = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => [f.name, readFileSync(join(f.parentPath ?? f.path, f.name))]);

// `known`: [what it is, its shapes]. What was found where.
const search = (files, known) =>
  files.flatMap(([name, bytes]) =>
    known.filter(([, shapes]) => shapes.some((s) => bytes.includes(s))).map(([what]) => `${what} in ${name}`));

function knownOf(sent) {
  const seconds = new Set(sent.flatMap(({ from, to }) => [Math.floor(from / 1000), Math.floor(to / 1000)]));
  const milliseconds = new Set(sent.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)));
  return [
    ...WORDS.map((w) => [w, shapesOfText(w)]),
    [`${ADDRESS} as a number`, [address(ADDRESS), address(ADDRESS).reverse()]],
    [`${FORWARDED} as a number`, [address(FORWARDED), address(FORWARDED).reverse()]],
    ...[...seconds].map((s) => [`second ${s}`, shapesOfSecond(s)]),
    ...[...milliseconds].map((ms) => [`millisecond ${ms}`, shapesOfMilliseconds(ms)]),
  ];
}

// ---- the collector --------------------------------------------------------------------------------------------

describe('what is left behind by those who answer', () => {
  const agent = new http.Agent({ localAddress: ADDRESS });
  const sent = []; // {from, to}: when each answer was under way
  let work, made, collector, link, spent;

  const pupil = { agent, headers: HEADERS };
  const files = () => [...filesOf(work.dir), ['standard error', Buffer.from(collector.log)]];

  async function answer() {
    const form = readForm((await collector.get(`/${link}`, pupil)).body);
    const from = Date.now();
    const reply = await collector.post(`/${link}`, answers(form), pupil);
    sent.push({ from, to: Date.now() });
    assert.equal(reply.status, 303);
    assert.equal((await collector.get(reply.headers.location, pupil)).status, 200);
    return reply;
  }

  // A pupil of 8B scans a slip and answers: its code, which was on paper alone.
  async function answerBySlip() {
    const other = linkOf(await links(made), '8B').code;
    const paper = workDir();
    const pdf = join(paper.dir, 'slips.pdf');
    await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '8B', '--count', '2', '--output', pdf);
    const [code] = await slipCodes(pdf, other);
    paper.remove();
    await eventually(async () => (await collector.form(other)).html.includes('name="code"'));
    const from = Date.now();
    const form = readForm((await collector.get(`/${other}/${code}`, pupil)).body);
    assert.equal((await collector.post(`/${other}`, answers(form, { code }), pupil)).status, 303);
    sent.push({ from, to: Date.now() });
    return code;
  }

  before(async () => {
    work = workDir();
    made = await makeStore(work.dir, { publicUrl: 'https://tld.example' });
    link = linkOf(await links(made), '7A').code;
    await made.tld('settings', '--contact', 'enkat@exempelkommun.se');
    collector = await Collector.start(made);
    await sleep(1100); // no answer comes in the second in which the store was made
    for (let i = 0; i < 12; i++) {
      await answer();
      if (i % 4 === 3) await sleep(400);
    }
    // By a slip, and on a tablet that is passed on.
    spent = await answerBySlip();
    sent.push({ from: Date.now() - 5, to: Date.now() });
    assert.equal((await collector.get(`/${link}?delad=smyglank`, pupil)).status, 200);
    assert.equal((await collector.get(`/${link}/tack?delad=smyglank`, pupil)).status, 200);
    // Requests that go wrong leave as little.
    assert.equal((await collector.post(`/${link}`, { key: 'smyglank' }, pupil)).status, 422);
    assert.equal((await collector.get('/smyglank/x?smyglank=1', pupil)).status, 404);
    assert.equal((await collector.post(`/${link}`, 'smyglank='.repeat(4000), pupil)).status, 413);
    assert.equal((await collector.get('/integritet', pupil)).status, 200);
    assert.equal((await collector.get('/tillganglighet', pupil)).status, 200);
    sent.push({ from: Date.now() - 5, to: Date.now() });
    await made.tld('backup', join(work.dir, 'copy-of-open.db'));
  });
  after(async () => {
    await collector?.stop();
    agent.destroy();
    work?.remove();
  });

  test('the search finds what is there', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tld-search-'));
    const noise = readFileSync(made.store);
    const known = knownOf(sent);
    let shapes = 0;

    assert.ok(known.length > WORDS.length + 5);
    for (const [what, all] of known)
      for (const shape of all) {
        writeFileSync(join(dir, 'planted'), Buffer.concat([noise.subarray(0, 1000), shape, noise.subarray(1000, 2000)]));
        assert.ok(search(filesOf(dir), known).includes(`${what} in planted`), what);
        shapes++;
      }
    assert.ok(shapes > 100);
    rmSync(dir, { recursive: true });
  });

  test('the answers are there, and every file is looked at', async () => {
    assert.equal(Number(await made.sqlite('SELECT count(*) FROM response')), 13);
    const names = files().map(([name]) => name);
    for (const name of ['tld.db', 'tld.db-wal', 'tld.db-shm', 'tld.db.key', 'copy-of-open.db', 'standard error'])
      assert.ok(names.includes(name), `${name} is not among ${names}`);
    const backup = files().find(([name]) => name === 'copy-of-open.db')[1];
    assert.ok(backup.includes(Buffer.from('Björkskolan')), 'plain text would be found');
  });

  test('no address, browser, cookie, language, time or code of a slip, while the round is open', () => {
    assert.deepEqual(search(files(), [...knownOf(sent), ['the code', shapesOfText(spent)]]), []);
  });

  test('beside the store lie just the files that the page tells of', () => {
    const kinds = [
      /^tld\.db$/, /^tld\.db-(wal|shm)$/, // the register, and two that belong to it while the program runs
      /^tld\.db\.key$/, new RegExp(`^tld\\.db\\.${made.round}\\.key$`), // the key; a key for each round
      /^tld\.db\.lock$/, // an empty file that shows that the program is running
      /^(units|groups)\.csv$/, /^copy-of-open\.db$/, // this test's own
    ];
    for (const [name, bytes] of filesOf(work.dir)) {
      assert.ok(kinds.some((kind) => kind.test(name)), name);
      if (name.endsWith('.lock')) assert.equal(bytes.length, 0);
    }
  });

  test('nor any cookie in a reply', async () => {
    for (const path of [`/${link}`, `/${link}/tack`, '/', '/integritet', '/tillganglighet', '/x/y'])
      assert.equal((await collector.get(path, pupil)).headers['set-cookie'], undefined);
    assert.equal((await answer()).headers['set-cookie'], undefined);
  });

  test('/integritet lists every table and field that the store has, and no other', async () => {
    const columns = (await made.sqlite(
      "SELECT m.name || '.' || p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1"))
      .trim().split('\n');
    for (const lang of LANGUAGES) {
      const page = (await collector.get(`/integritet?lang=${lang}`)).body;
      const listed = page.split('<div class="kept">').slice(1).flatMap((table) => {
        const name = table.match(/<h3>.*<code[^>]*>(\w+)<\/code><\/h3>/)[1];
        return [...table.matchAll(/<dt><code[^>]*>(\w+)<\/code><\/dt><dd>(?:[^<]+|<span class="untold" lang="en">[^<]+<\/span>)<\/dd>/g)].map((m) => `${name}.${m[1]}`);
      });
      assert.deepEqual(listed.sort(), columns);
      const words = JSON.parse(readFileSync(new URL(`../../views/about/${lang}.json`, import.meta.url)));
      const told = Object.keys(words.fields).sort();
      // other languages may lack the newest, and show English
      assert.deepEqual(told, ['sv', 'en'].includes(lang) ? columns : columns.filter((c) => told.includes(c)), 'no words for a field that is gone');
    }
  });

  test('nor after sealing, in what is left then', async () => {
    await made.tld('round', 'close', made.round);
    await made.tld('round', 'seal', made.round);
    await made.tld('backup', join(work.dir, 'copy-of-sealed.db'));
    // When it closed is known to be kept, and is not a time of answering.
    const closed = Number(await made.sqlite('SELECT closes_s FROM round'));
    const known = [...knownOf(sent.filter(({ to }) => Math.floor(to / 1000) < closed)), ['the code', shapesOfText(spent)]];
    assert.ok(known.length > WORDS.length + 5);
    assert.deepEqual(search(files(), known), []);
    assert.deepEqual(await collector.stop(), { code: 0, signal: null });
    assert.deepEqual(search(files(), known), []);
  });
});

test('the pages about the survey: whom to turn to, in both languages, at the foot of every page', async () => {
  const work = workDir();
  const made = await makeStore(work.dir, { publicUrl: 'https://skola.example/enkat' });
  const link = linkOf(await links(made), '7A').code;
  const collector = await Collector.start(made);
  try {
    for (const path of ['/integritet', '/tillganglighet']) {
      const missing = await collector.get(path);
      assert.equal(missing.status, 200);
      assert.equal(missing.headers['content-language'], 'sv');
      assert.match(missing.body, /Exempelkommun har inte lagt in någon kontaktväg/);
      assert.doesNotMatch(missing.body, /enligt nedan/); // nobody stands there
      const english = await collector.get(path, { headers: { 'accept-language': 'tlh, en;q=0.5', 'accept-encoding': 'br' } });
      assert.equal(english.headers['content-language'], 'en');
      assert.equal(english.headers['content-encoding'], 'br');
      assert.equal((await collector.get(`${path}?lang=%22%3E`)).headers['content-language'], 'sv');
      assert.equal((await collector.request('POST', path)).status, 405);
      assert.equal((await collector.get(`${path}/`)).status, 200);
    }
    // At once as written, without a restart.
    const told = async (path, what) => {
      let page = '';
      for (let i = 0; i < 60 && !page.includes(what); i++) {
        await sleep(100);
        page = (await collector.get(path)).body;
      }
      return page;
    };
    await made.tld('settings', '--contact', 'enkat@exempelkommun.se');
    assert.match(await told('/integritet', 'enkat@exempelkommun.se'), /vilken grund som gäller\. Fråga den som du kan kontakta enligt nedan\./);
    await made.tld('settings', '--data-protection', 'dso@exempelkommun.se', '--legal-basis', 'artikel 6.1 e');
    await told('/integritet', 'dso@exempelkommun.se');
    const page = await told('/tillganglighet', 'enkat@exempelkommun.se');
    assert.match(page, /Kontakta Exempelkommun: <a dir="ltr" href="mailto:enkat@exempelkommun\.se">enkat@exempelkommun\.se<\/a>/);
    const privacy = (await collector.get('/integritet')).body;
    assert.match(privacy, /href="mailto:dso@exempelkommun\.se"/);
    assert.match(privacy, /Exempelkommun uppger: artikel 6\.1 e</);
    assert.match(page, /href="https:\/\/www\.digg\.se\/tdosanmalan"/);
    assert.match((await collector.get('/integritet')).body, /<li><span lang="sv">[^<]+<\/span> <code lang="en" dir="ltr">[a-z0-9-]+<\/code>: \d+ frågor<\/li>/);
    for (const path of [`/${link}`, `/${link}/tack`, '/', '/integritet', '/tillganglighet', '/x/y', '/AAAAAAAA']) {
      const { body } = await collector.get(`${path}?lang=en`);
      for (const about of ['integritet', 'tillganglighet'])
        assert.match(body, new RegExp(`<footer>.*<a href="/enkat/${about}\\?lang=en"`), `${about} on ${path}`);
    }
    // What has been answered stays: the links of a form open apart.
    assert.match((await collector.get(`/${link}`)).body, /integritet\?lang=sv" target="_blank" rel="noopener">[^<]*ny flik/);
    assert.doesNotMatch((await collector.get(`/${link}/tack`)).body, /target=/);
  } finally {
    await collector.stop();
    work.remove();
  }
});
