// Goal: one question at a time where no script runs: each step is a page of its own that carries all that was given, with
// one key all the way; it stores nothing, loses nothing to garbage, and whatever is sent at the end counts once.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import {
  Collector, added, answers, eventually, inputs, linkOf, links, makeStore, readForm, slipCodes, workDir,
} from '../support/collector.mjs';

const N = 10; // questions of the form
let work, made, collector, list, link, unit, page;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir, {
    moreGroups: [['10000001', '1A', 'grundskola', 1, 20], ['10000001', '2B', 'grundskola', 2, 20]],
  });
  list = await links(made);
  link = linkOf(list, '1A').code;
  unit = list.find((l) => l.group === '' && l.form === 'forskoleklass-3').code;
  page = linkOf(list, '7A').code; // all on a page
  collector = await Collector.start(made);
});
after(async () => {
  await collector.stop();
  work.remove();
});

// What a page would send by the button that leads to a step, and which buttons it has: {status, key, fields, steps: the
// values of its buttons, names: the questions to answer}.
function readStep(reply) {
  const all = inputs(reply.body).filter((i) => i.name);
  const sent = all.filter((i) => i.type !== 'radio' || 'checked' in i);
  return {
    status: reply.status,
    html: reply.body,
    fields: Object.fromEntries(sent.map((i) => [i.name, i.value])),
    names: [...new Set(all.filter((i) => i.type === 'radio').map((i) => i.name))],
    steps: [...reply.body.matchAll(/<button[^>]* class="b[^>]* name="steg" value="(\d+)"/g)].map(([, n]) => Number(n)),
  };
}
const post = async (fields, { code = link, query = '', ...options } = {}) => readStep(await collector.post(`/${code}${query}`, fields, options));

test('each step is a page of one question; answers go along, the key stays; at the end they are sent, and count once', async () => {
  const form = await collector.form(link);
  const ids = Object.keys(form.questions);
  const given = {};
  let at = await post({ key: form.key, steg: 1 });
  assert.equal(await added(made, async () => {
    for (let n = 1; n <= N; n++) {
      assert.equal(at.status, 200);
      assert.deepEqual(at.names, [ids[n - 1]]);
      assert.deepEqual(at.steps, [n - 1, n + 1]);
      assert.deepEqual(at.fields, { key: form.key, ...given });
      assert.match(at.html, new RegExp(`<title>Fråga ${n} av ${N} – `));
      if (n !== 4) given[ids[n - 1]] = form.questions[ids[n - 1]].filter((v) => v !== '')[n % 3]; // the fourth is skipped
      at = await post({ ...at.fields, ...given, steg: n + 1 });
    }
    assert.deepEqual([at.names, at.steps, at.fields], [[], [N], { key: form.key, ...given }]);
    // back by one: what was answered there is chosen
    const back = await post({ ...at.fields, steg: N });
    assert.deepEqual(back.fields, at.fields);
    // and to the first screen, which is the whole form
    const first = await post({ ...at.fields, steg: 0 });
    assert.deepEqual([first.status, first.fields.key, readForm(first.html).checked], [200, form.key, given]);
    assert.equal(first.names.length, N);
  }), 0);
  assert.equal(await added(made, async () => {
    for (let i = 0; i < 2; i++) {
      const reply = await collector.post(`/${link}?lang=sv`, at.fields);
      assert.deepEqual([reply.status, reply.headers.location], [303, `/${link}/tack?lang=sv&sparat=1`]);
    }
  }), 1);
});

test('another language leads to the same step in it', async () => {
  const form = await collector.form(link);
  const [first] = Object.keys(form.questions);
  const at = await post({ key: form.key, [first]: '2', steg: 3 }, { query: '?lang=ar' });
  assert.match(at.html, /<html lang="ar" dir="rtl">/);
  const others = [...at.html.matchAll(/formaction="([^"]+)" formnovalidate name="steg" value="(\d+)" lang="(\w+)"/g)];
  assert.deepEqual(others.map(([, to, step, lang]) => [to, step, lang]),
    ['sv', 'en', 'so', 'uk', 'fi'].map((l) => [`/${link}?lang=${l}#q`, '3', l]));
  assert.deepEqual(at.fields, { key: form.key, [first]: '2' });
});

test('a step that there is none of is the nearest; garbage is the first screen; nothing is lost', async () => {
  const form = await collector.form(link);
  const [first, second] = Object.keys(form.questions);
  const given = { key: form.key, [first]: '1', [second]: '3' };
  assert.equal(await added(made, async () => {
    for (const steg of [11, 12, 99, '0011', '99999999999999999999']) {
      const at = await post({ ...given, steg });
      assert.deepEqual([at.status, at.steps, at.fields], [200, [N], given], `steg ${steg}`);
    }
    for (const steg of ['', '-1', 'x', '1x', ' 1', '"><b>', '1.5', '+2']) {
      const at = await post({ ...given, steg });
      assert.deepEqual([at.status, at.names.length, at.fields], [200, N, given], `steg ${steg}`);
    }
    // answers that the form does not have are left out, the others stay
    const odd = await post({ ...given, [second]: '"><b>', more: 'x', steg: 4 });
    assert.deepEqual([odd.status, odd.fields], [200, { key: form.key, [first]: '1' }]);
    // a key that is none of ours is replaced by one that is
    for (const key of ['x', form.key.slice(1)]) {
      const at = await post({ ...given, key, steg: 2 });
      assert.equal(at.status, 200);
      assert.match(at.fields.key, /^[A-Za-z0-9_-]{43}$/);
      assert.notEqual(at.fields.key, form.key);
      assert.equal(at.fields[first], '1');
    }
    // what no browser sends can not be read, as ever
    assert.equal((await post(`steg=2&steg=3&key=${form.key}`)).status, 422);
  }), 0);
});

test('a form that has no steps comes whole', async () => {
  const form = await collector.form(page);
  const [first] = Object.keys(form.questions);
  const at = await post({ key: form.key, [first]: '2', steg: 3 }, { code: page });
  assert.deepEqual([at.status, readForm(at.html).checked, at.fields.key], [200, { [first]: '2' }, form.key]);
});

test('no class picked: the first screen again, which says so, and says nothing of sending; picked, it goes along', async () => {
  const form = await collector.form(unit);
  const [first] = Object.keys(form.questions);
  for (const group of [undefined, '', '999999', 'x']) {
    const at = await post({ key: form.key, [first]: '2', ...(group === undefined ? {} : { group }), steg: 1 }, { code: unit });
    assert.equal(at.status, 422);
    assert.match(at.html, /role="alert"><p><a href="#pick">Välj i listan vad det gäller/);
    assert.doesNotMatch(at.html, /<title>Inte skickat|inte skickade än|<h1>Nästan klart!<\/h1>.*Skicka mina svar<\/button><\/p>\n<\/section>\n<section class="s" id="s1"/s);
    assert.deepEqual(readForm(at.html).checked, { [first]: '2' });
    assert.ok(at.steps.includes(1));
  }
  const [, second] = form.groups;
  const at = await post({ key: form.key, group: second, steg: 2 }, { code: unit });
  assert.deepEqual([at.status, at.fields], [200, { key: form.key, group: second }]);
});

test('where an adult passes a tablet on: the count goes along, "start over" is there, and nobody comes back to what was sent', async () => {
  const form = await collector.form(`${link}?delad=3`);
  const [first] = Object.keys(form.questions);
  const query = '?lang=sv&delad=3';
  const at = await post({ key: form.key, [first]: '2', steg: 2 }, { query });
  assert.equal(at.status, 200);
  assert.match(at.html, new RegExp(`action="/${link}\\?lang=sv&amp;delad=3&amp;fran=2#q" autocomplete="off"`));
  assert.match(at.html, new RegExp(`href="/${link}\\?delad=3">Börja om \\(nästa barn\\)`));
  assert.match(at.html, /surfplattan: 3</);
  assert.match(at.html, new RegExp(`formaction="/${link}\\?lang=en&amp;delad=3#q"`));
  assert.equal(await added(made, async () => {
    assert.equal((await collector.post(`/${link}${query}`, { ...at.fields, sure: 1 })).headers.location, `/${link}/tack?lang=sv&sparat=1&delad=4`);
    for (const more of [{ steg: 2 }, { steg: 0 }, { lang: 'en' }]) {
      const again = await collector.post(`/${link}${query}`, { ...at.fields, ...more });
      assert.deepEqual([again.status, again.headers.location], [303, `/${link}/tack?lang=sv&sparat=1&delad=4`]);
    }
  }), 1);
});

test('the browser keeps a step for the way back, not where a tablet is passed on', async () => {
  const form = await collector.form(link);
  for (const steg of [0, 2, 99])
    for (const [query, kept] of [['', 'private, no-cache'], ['?delad=2', 'no-store']])
      assert.equal((await collector.post(`/${link}${query}`, { key: form.key, steg })).headers['cache-control'], kept);
});

test('who asks for a step as the script sends is not told that anything is saved', async () => {
  const form = await collector.form(link);
  for (const more of [{ steg: 2 }, { lang: 'en' }]) {
    const reply = await collector.post(`/${link}`, { key: form.key, ...more }, { headers: { accept: 'text/plain' } });
    assert.ok(reply.body.trimStart().startsWith('<!doctype html>'));
  }
});

test('asked about open questions: the way to the first that is open, and asked once', async () => {
  const form = await collector.form(link);
  const [first, second] = Object.keys(form.questions);
  const asked = await post({ key: form.key, [first]: '1', [second]: '0' });
  assert.equal(asked.status, 422);
  assert.deepEqual([asked.steps.at(0), asked.fields.sure], [second && form.questions[second].includes('0') ? 3 : 2, '1']);
  const at = await post({ ...asked.fields, steg: 3 });
  assert.equal(at.fields.sure, '1');
  const first_ = await post({ ...at.fields, steg: 0 });
  assert.equal(first_.fields.sure, '1');
  assert.equal(await added(made, async () => assert.equal((await collector.post(`/${link}`, at.fields)).status, 303)), 1);
});

test('a class with slips: no code or one that is none keeps to the first screen; another goes along unseen, and is judged when it is sent', async () => {
  const pdf = join(work.dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '2B', '--count', '4', '--output', pdf, '--public-url', made.publicUrl);
  const coded = linkOf(list, '2B').code;
  const [code, scanned] = await slipCodes(pdf, coded);
  await eventually(async () => (await collector.form(coded)).html.includes('name="code"'));
  const form = await collector.form(coded);
  const [first] = Object.keys(form.questions);
  for (const [typed, says] of [[undefined, /Skriv koden som står på din lapp\. Har du ingen/], [' ', /Har du ingen lapp/], ['hej', /Koden stämmer inte/], ['"><b>', /Koden stämmer inte/]]) {
    const at = await post({ key: form.key, [first]: '1', ...(typed === undefined ? {} : { code: typed }), steg: 1 }, { code: coded });
    assert.equal(at.status, 422);
    assert.match(at.html, /role="alert"><p><a href="#code">/);
    assert.match(at.html, says);
    assert.equal(at.fields[first], '1');
  }
  // on the school's link, by the class
  const school = await collector.form(unit);
  const [a, b] = school.groups;
  const without = await Promise.all([a, b].map((group) => post({ key: school.key, group, steg: 1 }, { code: unit })));
  assert.deepEqual(without.map((at) => at.status).sort(), [200, 422]);

  const at = await post({ key: form.key, code: code.toLowerCase(), [first]: '1', steg: 5 }, { code: coded });
  assert.deepEqual([at.status, at.fields], [200, { key: form.key, code: code.toLowerCase(), [first]: '1' }]);
  const slip = await collector.form(`${coded}/${scanned}`);
  const by = await post({ key: slip.key, code: scanned, [first]: '1', steg: 11 }, { code: coded });
  assert.equal(by.fields.code, scanned);
  assert.equal(await added(made, async () => {
    for (const fields of [at.fields, by.fields]) assert.equal((await collector.post(`/${coded}`, { ...fields, sure: 1 })).status, 303);
  }), 2);
  const used = await post({ ...at.fields, key: (await collector.form(coded)).key, steg: 1 }, { code: coded });
  assert.equal(used.status, 200);
  const told = await post({ ...used.fields, sure: 1 }, { code: coded });
  assert.deepEqual([told.status, told.fields[first]], [409, '1']);
});

test('after the round has closed a step is 410, one of answers that are saved is thanked for; nothing is stored by either', async () => {
  const [sent, late] = [await collector.form(link), await collector.form(link)];
  assert.equal((await collector.post(`/${link}`, answers(sent))).status, 303);
  await made.tld('round', 'close', made.round);
  await eventually(async () => (await collector.get(`/${link}`)).status === 410);
  // the store takes answers again before the collector knows: a step is still no answer
  for (const state of [2, 1]) {
    if (state === 1) await made.sqlite("UPDATE round SET state = 1, closes_s = unixepoch('now') + 3600");
    assert.equal(await added(made, async () => {
      assert.ok([410, 200].includes((await collector.post(`/${link}`, { ...answers(late), steg: 5 })).status), `state ${state}`);
    }), 0);
  }
  await made.tld('round', 'close', made.round);
  await eventually(async () => (await collector.get(`/${link}`)).status === 410);
  assert.equal((await collector.post(`/${link}`, { ...answers(late), steg: 5 })).status, 410);
  assert.equal((await collector.post(`/${link}`, { ...answers(sent), steg: 5 })).status, 303);
});
