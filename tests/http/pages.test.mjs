// Goal: every page answers with the status, headers and language that interfaces.md promises, to any browser.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';

import { Collector, eventually, linkOf, links, makeStore, readForm, roundNow, workDir } from '../support/collector.mjs';

const HOUR_MS = 3600 * 1000;

function checkSecurity(reply) {
  const csp = reply.headers['content-security-policy'];
  assert.match(csp, /default-src 'none'/);
  assert.match(csp, /frame-ancestors 'none'/);
  assert.match(csp, /base-uri 'none'/);
  assert.doesNotMatch(csp, /unsafe-inline|unsafe-eval|\*|https?:/);
  assert.equal(reply.headers['referrer-policy'], 'no-referrer');
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.ok(reply.headers['permissions-policy']);
  assert.equal(reply.headers['set-cookie'], undefined);
  assert.equal(reply.headers.server, undefined);
}

function checkPage(reply, status) {
  assert.equal(reply.status, status);
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(reply.headers.vary, /Accept-Encoding/i);
  assert.match(reply.headers.vary, /Accept-Language/i);
  checkSecurity(reply);
}

describe('an open round', () => {
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

  test('a class link gives the form, with a key of its own each time', async () => {
    const one = await collector.get(`/${link}`);
    const two = await collector.get(`/${link}`);
    checkPage(one, 200);
    assert.match(one.headers['content-security-policy'], /form-action 'self'/);
    assert.ok(Object.keys(readForm(one.body).questions).length >= 8);
    assert.match(readForm(one.body).key, /^[A-Za-z0-9_-]{43}$/);
    assert.notEqual(readForm(one.body).key, readForm(two.body).key);
    assert.deepEqual(readForm(one.body).groups, []);
    assert.match(one.body, /Björkskolan/);
  });

  test('an address is typed as a poster prints it: blanks, hyphens and small letters lead to the link', async () => {
    assert.equal((await collector.get(`/${link}/`)).status, 200);
    const printed = `${link.slice(0, 4)}%20${link.slice(4)}`;
    const ways = [link.toLowerCase(), printed, printed.replace('%20', '-'), printed.replace('%20', '%20-%20').toLowerCase(), `${link}%20`];
    for (const way of ways) {
      for (const [rest, location] of [['', ''], ['/', ''], ['/delad', '/delad'], ['/DELAD', '/delad'], ['?lang=en&x=1', '?lang=en'], ['?delad=3', '?delad=3']]) {
        const reply = await collector.get(`/${way}${rest}`);
        assert.equal(reply.status, 303, way + rest);
        assert.equal(reply.headers.location, `/${link}${location}`);
        assert.equal(reply.body, '');
      }
      assert.equal((await collector.request('HEAD', `/${way}`)).status, 303);
    }
    // anything else stays what it is: no link
    const none = [link.slice(0, 7), `${link}A`, `${link.slice(0, 4)}_${link.slice(4)}`, `${link.slice(0, 4)}.${link.slice(4)}`,
      `${link.slice(0, 4)}%2F${link.slice(4)}`, `${link}${'-'.repeat(40)}`, `${link}${'-'.repeat(15)}A`, '--------', '%20'];
    for (const path of none) assert.equal((await collector.get(`/${path}`)).status, 404, path);
    for (const way of ways.slice(1)) assert.equal((await collector.post(`/${way}`, {})).status, 404);
  });

  test('a tablet that is passed on has a path that a QR code can hold, the same as ?delad', async () => {
    const steady = (html) => html.replace(/value="[A-Za-z0-9_-]{43}"/, '');
    const query = await collector.get(`/${link}?delad`);
    for (const path of [`/${link}/DELAD`, `/${link}/delad`, `/${link}/Delad/`]) {
      const reply = await collector.get(path);
      checkPage(reply, 200);
      assert.equal(steady(reply.body), steady(query.body), path);
      assert.match(reply.body, new RegExp(`action="/${link}\\?lang=sv&amp;delad=0"`));
    }
    // the language is a link of the page, and the number goes with it
    assert.match((await collector.get(`/${link}/DELAD?lang=en&delad=3`)).body, new RegExp(`action="/${link}\\?lang=en&amp;delad=3"`));
    assert.equal((await collector.get('/AAAAAAAA/DELAD')).status, 404);
    assert.equal((await collector.get(`/${link}/DELADE`)).status, 404);
    assert.equal((await collector.post(`/${link}/DELAD`, {})).status, 405);
    assert.equal((await collector.request('HEAD', `/${link}/DELAD`)).status, 200);
  });

  test("a unit's link offers the classes that its form is for", async () => {
    const form = await collector.form(list.find((l) => l.unit_code === '10000001' && l.group === '').code);
    assert.equal(form.groups.length, 2);
    assert.match(form.html, /7A/);
    assert.match(form.html, /8B/);
    assert.doesNotMatch(form.html, /5Å/);
  });

  test('one request, nothing from elsewhere, at most 14 kB on the wire', async () => {
    for (const { code } of list) {
      for (const coding of ['br', 'gzip']) {
        const reply = await collector.get(`/${code}`, { headers: { 'accept-encoding': coding } });
        assert.equal(reply.headers['content-encoding'], coding);
        assert.ok(reply.bytes.length <= 14 * 1024, `${code}: ${reply.bytes.length} bytes in ${coding}`);
      }
      const plain = (await collector.get(`/${code}`)).body;
      assert.doesNotMatch(plain, /\b(src|srcset|href)="(https?:)?\/\//);
      assert.doesNotMatch(plain, /<(iframe|img|object)\b|<link(?![^>]*href="data:)/);
    }
  });

  test('each coding carries the same page', async () => {
    const page = (text) => text.replace(/value="[A-Za-z0-9_-]{43}"/, '');
    const plain = await collector.get(`/${link}`);
    const gzip = await collector.get(`/${link}`, { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    const br = await collector.get(`/${link}`, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    const refused = await collector.get(`/${link}`, { headers: { 'accept-encoding': 'gzip;q=0' } });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(refused.headers['content-encoding'], undefined);
    assert.equal(page(zlib.gunzipSync(gzip.bytes).toString()), page(plain.body));
    assert.equal(page(zlib.brotliDecompressSync(br.bytes).toString()), page(plain.body));
  });

  test('the language comes from ?lang=, else from the browser, else it is Swedish', async () => {
    const language = async (path, accept) => {
      const reply = await collector.get(path, { headers: accept ? { 'accept-language': accept } : {} });
      assert.match(reply.body, new RegExp(`<html[^>]* lang="${reply.headers['content-language']}"`));
      return reply.headers['content-language'];
    };
    for (const path of [`/${link}`, `/${link}/tack`, '/', '/AAAAAAAA']) {
      assert.equal(await language(path), 'sv');
      assert.equal(await language(path, 'en-GB,en;q=0.9,sv;q=0.1'), 'en');
      assert.equal(await language(path, 'tlh'), 'sv');
      assert.equal(await language(`${path}?lang=en`, 'sv'), 'en');
      assert.equal(await language(`${path}?lang=%22%3E%3Cb%3E`, 'sv'), 'sv');
    }
  });

  test('HEAD gives the head of GET and no body', async () => {
    for (const path of [`/${link}`, '/', '/halsa', `/${link}/tack`, '/nothing/here']) {
      const get = await collector.get(path);
      const head = await collector.request('HEAD', path);
      assert.equal(head.status, get.status);
      assert.equal(head.bytes.length, 0);
      assert.equal(head.headers['content-length'], get.headers['content-length']);
      assert.equal(head.headers['content-type'], get.headers['content-type']);
    }
  });

  test('thanks for a link that is one, 404 else', async () => {
    checkPage(await collector.get(`/${link}/tack?sparat=1`), 200);
    checkPage(await collector.get('/AAAAAAAA/tack?sparat=1'), 404);
  });

  test('who was not led to the thanks by sending is not told that anything is saved', async () => {
    for (const shared of ['', '&delad=3']) {
      assert.match((await collector.get(`/${link}/tack?sparat=1${shared}`)).body, /Skickat! Dina svar är sparade/);
      const reply = await collector.get(`/${link}/tack?${shared}`);
      checkPage(reply, 200);
      assert.match(reply.body, /Här syns inte om du har svarat/);
      assert.equal(/Nästa barn/.test(reply.body), shared !== '');
    }
  });

  test('unknown links and paths are friendly 404s', async () => {
    for (const path of ['/AAAAAAAA', '/short', `/${link}X`, `/${link}/x`, '/a/b/c', '/..%2f..%2fetc', '//', '/favicon.ico']) {
      const reply = await collector.get(path);
      checkPage(reply, 404);
      assert.match(reply.body, /<h1/);
    }
  });

  test('another method is 405 and says which are allowed', async () => {
    for (const [method, path, allow] of [
      ['PUT', `/${link}`, 'GET, HEAD, POST'], ['DELETE', `/${link}`, 'GET, HEAD, POST'],
      ['POST', `/${link}/tack`, 'GET, HEAD'], ['POST', '/', 'GET, HEAD'], ['OPTIONS', '/halsa', 'GET, HEAD'],
    ]) {
      const reply = await collector.request(method, path);
      checkPage(reply, 405);
      assert.equal(reply.headers.allow, allow);
    }
  });

  test('the start page takes a code as people type it', async () => {
    const start = await collector.get('/');
    checkPage(start, 200);
    assert.match(start.body, /<form[^>]*method="get"|<form(?![^>]*method)/);
    assert.match(start.body, /name="code"/);
    const typed = `${link.slice(0, 4).toLowerCase()} - ${link.slice(4)}`;
    const found = await collector.get(`/?code=${encodeURIComponent(typed)}&lang=en`);
    assert.equal(found.status, 303);
    assert.equal(found.headers.location, `/${link}?lang=en`);
    // a slip's code behind its link's, whole links as they are copied, with what a QR code makes of them
    for (const [text, leadsTo] of [
      [`${link}/ACDEFGHJ`, `/${link}/ACDEFGHJ`], [`${link.toLowerCase()} / acde-fghj`, `/${link}/ACDEFGHJ`],
      [`https://tld.exempelkommun.se/${link}`, `/${link}`], [` HTTPS://TLD.EXEMPELKOMMUN.SE/${link}/ACDEFGHJ `, `/${link}/ACDEFGHJ`],
      [`tld.exempelkommun.se/enkat/${link}/`, `/${link}`], [`https://tld.exempelkommun.se/${link}?lang=ar#s3`, `/${link}`],
      [`http://127.0.0.1:8080/${link}/tack?sparat=1`, `/${link}`], [`${link}/DELAD`, `/${link}?delad=0`],
      [`https://a.se/${link}?lang=sv&delad=3`, `/${link}?delad=0`], [`ACDEFGHJ/${link}`, `/${link}`], [`${link}/x/ACDEFGHJ`, `/${link}`],
    ])
      assert.equal((await collector.get(`/?code=${encodeURIComponent(text)}`)).headers.location, leadsTo, text);
    const slip = await collector.get('/?code=ACDEFGHJ');
    assert.equal(slip.status, 404);
    assert.match(slip.body, /Är den från en lapp\? Skriv lappens adress, ett snedstreck/);
    assert.equal(slip.body.split('snedstreck').length, 2, 'what to do is told once');
    for (const wrong of ['AAAAAAAA', '/', '//?', 'https://tld.exempelkommun.se/AAAAAAAA/ACDEFGHJ', '', '<script>', 'x'.repeat(2000)]) {
      const reply = await collector.get(`/?code=${encodeURIComponent(wrong)}`);
      checkPage(reply, 404);
      assert.doesNotMatch(reply.body, /<script>(?!.)/);
      assert.match(reply.body, /name="code"/);
      assert.doesNotMatch(reply.body, /xxx/); // no more than the field takes
    }
    // what is no text, or turns text around, is not shown, and nothing about it is logged
    for (const odd of ['%ff', '%ed%a0%80', 'A%e2%80%aeB', 'A%0aB']) {
      const reply = await collector.get(`/?code=${odd}`);
      checkPage(reply, 404);
      assert.match(reply.body, /role="alert"/);
      assert.doesNotMatch(reply.body, /A\u202eB/);
    }
    assert.doesNotMatch(collector.log, /error/);
  });

  test('health and robots', async () => {
    const health = await collector.get('/halsa');
    assert.deepEqual([health.status, health.body], [200, 'ok\n']);
    assert.equal(health.headers['cache-control'], 'no-store');
    const robots = await collector.get('/robots.txt');
    assert.equal(robots.status, 200);
    assert.match(robots.body, /^User-agent: \*\nDisallow: \/\n$/);
    checkSecurity(health);
    checkSecurity(robots);
  });

  test('the log says nothing about any request', () => {
    assert.equal(collector.log, `info: round ${made.round} is open\n`);
  });
});

test('a round that has not opened says when it does; opened by hand it is noticed', async () => {
  const work = workDir();
  const made = await makeStore(work.dir, { opens: new Date(Date.now() + 26 * HOUR_MS), closes: new Date(Date.now() + 50 * HOUR_MS) });
  const [link] = await links(made);
  const collector = await Collector.start(made);
  try {
    const early = await collector.get(`/${link.code}`);
    checkPage(early, 403);
    assert.match(early.body, /\d:\d\d|\d\.\d\d/);
    checkPage(await collector.post(`/${link.code}`, { key: 'x' }), 403);
    await made.tld('round', 'open', made.round);
    await eventually(async () => (await collector.get(`/${link.code}`)).status === 200, 6000);
  } finally {
    await collector.stop();
    work.remove();
  }
});

test('a round opens and closes by its times, without anyone', async () => {
  const work = workDir();
  const made = await makeStore(work.dir, { opens: new Date(Date.now() - 48 * HOUR_MS), closes: new Date(Date.now() + 48 * HOUR_MS) });
  const [link] = await links(made);
  const sql = (text) => made.sqlite(text);
  await sql("UPDATE round SET state = 0, opens_s = unixepoch('now') + 3, closes_s = unixepoch('now') + 6");
  const collector = await Collector.start(made);
  try {
    checkPage(await collector.get(`/${link.code}`), 403);
    await eventually(async () => (await collector.get(`/${link.code}`)).status === 200, 6000);
    await eventually(async () => (await collector.get(`/${link.code}`)).status === 410, 6000);
    const closed = await collector.get(`/${link.code}`);
    checkPage(closed, 410);
    assert.match(closed.body, new RegExp(`${roundNow().code.slice(0, 4)}`));
    checkPage(await collector.post(`/${link.code}`, { key: 'x' }), 410);
    assert.match(collector.log, /is open\n[^]*is closed\n/);
  } finally {
    await collector.stop();
    work.remove();
  }
});

test('a public address with a path is kept in redirects', async () => {
  const work = workDir();
  const made = await makeStore(work.dir, { publicUrl: 'https://skola.example/enkat' });
  const link = linkOf(await links(made), '7A').code;
  const collector = await Collector.start(made);
  try {
    const found = await collector.get(`/?code=${link}`);
    assert.equal(found.headers.location, `/enkat/${link}`);
  } finally {
    await collector.stop();
    work.remove();
  }
});

test('a Unix socket: made, used, replaced when its owner died, removed at the end', async () => {
  const work = workDir();
  const made = await makeStore(work.dir);
  const path = `${work.dir}/http.sock`;
  const first = await Collector.start(made, { listen: `unix:${path}` });
  assert.equal((await first.get('/halsa')).status, 200);
  await first.kill();
  const second = await Collector.start(made, { listen: `unix:${path}` });
  assert.equal((await second.get('/halsa')).status, 200);
  assert.deepEqual(await second.stop(), { code: 0, signal: null });
  assert.throws(() => rmSync(path), { code: 'ENOENT' });
  work.remove();
});

test('it listens on IPv6 too, where the machine has it', async (t) => {
  const hasIt = await new Promise((done) => {
    const probe = net.createServer().once('error', () => done(false)).listen(0, '::1', () => probe.close(() => done(true)));
  });
  if (!hasIt) return t.skip('this machine has no IPv6');
  const work = workDir();
  const made = await makeStore(work.dir);
  const collector = await Collector.start(made, { listen: '[::1]:0' });
  assert.match(collector.address, /^http:\/\/\[::1\]:\d+$/);
  const response = await fetch(`${collector.address}/halsa`);
  assert.equal(await response.text(), 'ok\n');
  await collector.stop();
  work.remove();
});

test('it says in one line why it can not start', async () => {
  const work = workDir();
  const made = await makeStore(work.dir);
  const running = await Collector.start(made);
  const refused = (options) => Collector.start({ ...made, ...options.made }, options);
  const serving = /already|another|annan|serves/i;
  await assert.rejects(refused({}), serving); // one serving process for a store
  await assert.rejects(refused({ made: { store: `${work.dir}/none.db` } }), /none\.db/);
  await running.stop();
  // Once the store is free, it is the address that stands in the way.
  for (const listen of ['localhost:80', '127.0.0.1:99999', '127.0.0.1:65536', '127.0.0.1:+1', '127.0.0.1:', ':80'])
    await assert.rejects(refused({ listen }), (e) => e.message.includes(`--listen ${listen}: write`));
  work.remove();
});
