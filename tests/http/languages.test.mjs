// Goal: a page without a form can be read in another language, by links that lead to just that page; where an address leads
// to none, there are none.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Collector, answers, inputs, linkOf, links, makeStore, readForm, slipCodes, workDir } from '../support/collector.mjs';

const OTHERS = ['sv', 'ar', 'so', 'uk', 'fi']; // than English
let work, made, collector, list, link, young, full;

before(async () => {
  work = workDir();
  full = join(work.dir, 'full');
  made = await makeStore(work.dir, { moreGroups: [['10000001', '1A', 'grundskola', 1, 20]] });
  list = await links(made);
  link = linkOf(list, '7A').code;
  young = linkOf(list, '1A').code;
  collector = await Collector.trial(made, { full });
});
after(async () => {
  if (existsSync(full)) rmSync(full);
  await collector.stop();
  work.remove();
});

const unescape = (text) => text.replaceAll('&amp;', '&');
// The languages that a page links, and with which query.
const linked = ({ body }) => [...body.matchAll(/<a href="(\?lang=[^"]+)" lang="(\w+)" hreflang="\2">/g)].map(([, to, lang]) => [lang, unescape(to)]);
const keeping = (more) => OTHERS.map((lang) => [lang, `?lang=${lang}${more}`]);

test('from each such page to the same page in the other languages, with what its address has besides', async () => {
  for (const [path, more, status] of [
    ['/', '', 200], ['/AAAAAAAA', '', 404], ['/a/b', '', 404], [`/${link}/tack`, '', 200], [`/${link}/tack`, '&sparat=1', 200],
    [`/${young}/tack`, '&sparat=1&delad=4', 200], [`/${young}/tack`, '&delad=2', 200], ['/AAAAAAAA', '&delad=2', 404],
  ]) {
    const page = await collector.get(`${path}?lang=en${more}`);
    assert.equal(page.status, status);
    assert.deepEqual(linked(page), keeping(more), `${path} ${more}`);
    for (const [lang, to] of linked(page)) {
      const other = await collector.get(`${path}${to}`);
      assert.deepEqual([other.status, other.headers['content-language']], [status, lang]);
      assert.deepEqual(linked(other).find(([l]) => l === 'en'), ['en', `?lang=en${more}`]);
    }
  }
});

test('what is odd in an address is not taken along; "Tack" is the same for everyone who comes to it', async () => {
  const odd = await collector.get(`/${link}/tack?lang=en&sparat=%22%3E%3Cb%3E&besok=%22&x=1`);
  const plain = await collector.get(`/${link}/tack?lang=en&sparat=1`);
  assert.deepEqual(linked(odd), keeping('&sparat=1'));
  assert.equal(odd.body, plain.body);
});

test('a used slip and a round that has closed or not opened say so in each language; by POST, where a link would lead elsewhere, there is none', async () => {
  const pdf = join(work.dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '8B', '--count', '2', '--output', pdf, '--public-url', made.publicUrl);
  const coded = linkOf(list, '8B').code;
  const [code] = await slipCodes(pdf, coded);
  for (let status = 0; status !== 303;) ({ status } = await collector.post(`/${coded}`, answers(await collector.form(coded), { code })));
  const used = await collector.get(`/${coded}/${code}?lang=en`);
  assert.equal(used.status, 409);
  assert.deepEqual(linked(used), keeping(''));
  assert.equal(used.body.includes(code), false);

  for (const [reply, status] of [
    [await collector.post('/AAAAAAAA?lang=en', { key: 'x' }), 404],
    [await collector.post(`/${link}?lang=en`, 'x='.repeat(10000)), 413],
    [await collector.post(`/${link}?lang=en`, '{}', { headers: { 'content-type': 'application/json' } }), 415],
    [await collector.request('PUT', `/${link}?lang=en`), 405],
    [await collector.post('/integritet?lang=en', {}), 405],
    [await collector.get('/?lang=en', { headers: { cookie: 'x'.repeat(20000) } }), 431],
  ]) {
    assert.equal(reply.status, status);
    assert.deepEqual(linked(reply), [], status);
  }
});

test('what could not be saved is asked for in the form’s other languages by buttons that carry it, one at a time at the last step', async () => {
  for (const [at, query] of [[link, ''], [young, '&delad=2']]) {
    const fields = answers(await collector.form(`${at}?lang=en${query}`));
    writeFileSync(full, '');
    const page = await collector.post(`/${at}?lang=en${query}`, fields);
    rmSync(full);
    assert.equal(page.status, 503);
    assert.deepEqual(linked(page), []);
    const buttons = [...page.body.matchAll(/<button type="submit" form="f" formaction="([^"]+)" formnovalidate name="(\w+)" value="(\w+)" lang="(\w+)">/g)].map((m) => m.slice(1));
    assert.deepEqual(buttons.map(([, , , lang]) => lang), OTHERS);
    const [to, name, value] = buttons[1];
    assert.equal(unescape(to).split('#')[0], `/${at}?lang=ar${query}`);
    assert.equal(name, at === young ? 'steg' : 'lang');
    const hidden = Object.fromEntries(inputs(page.body).map((i) => [i.name, i.value]));
    assert.deepEqual(hidden, Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, String(v)])));
    const form = await collector.post(unescape(to).split('#')[0], { ...hidden, [name]: value });
    assert.deepEqual([form.status, form.headers['content-language']], [200, 'ar']);
    const { key, ...given } = at === young ? Object.fromEntries(inputs(form.body).map((i) => [i.name, i.value])) : { key: readForm(form.body).key, ...readForm(form.body).checked };
    const { key: first, ...rest } = hidden;
    assert.deepEqual([key, given], [first, rest]);
  }
});

test('a form that comes back, with what is wrong or with the gentle question, has them too, and what was given goes along', async () => {
  const fields = answers(await collector.form(`${link}?lang=en`));
  const [first] = Object.keys(fields).filter((name) => !['key', 'code', 'group'].includes(name));
  for (const sent of [{ key: fields.key, [first]: fields[first] }, { ...fields, key: 'x' }]) {
    const page = await collector.post(`/${link}?lang=en`, sent);
    assert.equal(page.status, 422);
    const button = page.body.match(/<button type="submit" form="f" formaction="([^"]+)" formnovalidate name="lang" value="ar" lang="ar">/);
    const other = await collector.post(unescape(button[1]), { ...readForm(page.body).checked, key: readForm(page.body).key, lang: 'ar' });
    assert.deepEqual([other.status, other.headers['content-language']], [200, 'ar']);
    assert.equal(readForm(other.body).checked[first], String(fields[first]));
  }
});

test('a round that has closed', async () => {
  await made.tld('round', 'close', made.round);
  let page;
  do page = await collector.get(`/${link}?lang=en`); while (page.status === 200);
  assert.equal(page.status, 410);
  assert.deepEqual(linked(page), keeping(''));
  assert.deepEqual(linked(await collector.get(`/${link}/DELAD?lang=en`)), keeping('&delad=0'));
  const late = await collector.post(`/${link}?lang=en`, { key: 'x' });
  assert.equal(late.status, 410);
  assert.deepEqual(linked(late), []);
});
