// Goal: an answer is counted exactly once, whatever the pupil, the phone or the network does, and one that can
// not be taken comes back with what is wrong and with nothing lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  Collector, added, answers, eventually, inputs, linkOf, links, makeStore, readForm, storedByGroup, workDir,
} from '../support/collector.mjs';

let work, made, collector, list, link, unitLink;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir);
  list = await links(made);
  link = linkOf(list, '7A').code;
  unitLink = linkOf(list, '').code;
  collector = await Collector.start(made);
});
after(async () => {
  await collector.stop();
  work.remove();
});

function checkThanks(reply, code = link, lang = '') {
  assert.equal(reply.status, 303);
  assert.equal(reply.headers.location, `/${code}/tack?${lang}sparat=1`);
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.equal(reply.headers['referrer-policy'], 'no-referrer');
  assert.equal(reply.headers['set-cookie'], undefined);
}

test('an answer is stored once and thanked for', async () => {
  const form = await collector.form(link);
  assert.equal(await added(made, async () => checkThanks(await collector.post(`/${link}`, answers(form)))), 1);
});

test('the language goes along to the thanks', async () => {
  const form = await collector.form(link);
  checkThanks(await collector.post(`/${link}?lang=en`, answers(form)), link, 'lang=en&');
  const again = await collector.form(link);
  checkThanks(await collector.post(`/${link}?lang=xx%0d%0aX:%20y`, answers(again)), link);
});

test('the same key again, with the same or other answers, adds nothing and is thanked for', async () => {
  const form = await collector.form(link);
  const id = Object.keys(form.questions)[0];
  assert.equal(await added(made, async () => {
    for (const more of [{}, {}, { [id]: form.questions[id][1] }]) {
      checkThanks(await collector.post(`/${link}`, answers(form, more)));
    }
  }), 1);
});

test('a hundred sendings of one key at once count once', async () => {
  const form = await collector.form(link);
  assert.equal(await added(made, async () => {
    const replies = await Promise.all(Array.from({ length: 100 }, () => collector.post(`/${link}`, answers(form))));
    replies.forEach((reply) => checkThanks(reply));
  }), 1);
});

test("a unit's link: the class that was picked gets the answer, and another class does not get it again", async () => {
  const form = await collector.form(unitLink);
  const before_ = await storedByGroup(made);
  const picked = answers(form, { group: form.groups[1] });
  checkThanks(await collector.post(`/${unitLink}`, picked), unitLink);
  checkThanks(await collector.post(`/${unitLink}`, { ...picked, group: form.groups[0] }), unitLink);
  const now = await storedByGroup(made);
  assert.equal((now['7A'] ?? 0) - (before_['7A'] ?? 0), 0);
  assert.equal((now['8B'] ?? 0) - (before_['8B'] ?? 0), 1);
});

test("a class link's class can not be talked out of its answer", async () => {
  const unit = await collector.form(unitLink);
  const form = await collector.form(link);
  const before_ = await storedByGroup(made);
  for (const group of unit.groups) {
    const fresh = await collector.form(link);
    checkThanks(await collector.post(`/${link}`, answers(fresh, { group })));
  }
  assert.ok(form.key);
  const now = await storedByGroup(made);
  assert.equal((now['7A'] ?? 0) - (before_['7A'] ?? 0), unit.groups.length);
});

test('a page that was answered is thanked for, and shows no answers, whatever is wrong with what comes of it again', async () => {
  const form = await collector.form(link);
  const whole = answers(form);
  const [id] = Object.keys(form.questions);
  const few = { key: form.key, [id]: whole[id] };
  assert.equal((await collector.post(`/${link}`, few)).status, 422); // asked about
  assert.equal(await added(made, async () => checkThanks(await collector.post(`/${link}`, { ...few, sure: 1 }))), 1);
  assert.equal(await added(made, async () => {
    for (const again of [few, { key: form.key }, { ...whole, [id]: '77' }]) checkThanks(await collector.post(`/${link}`, again));
  }), 0);
});

test('more answers than pupils, by a link that anyone may use again, are told to the administrator', async () => {
  const show = () => made.tld('round', 'show', made.round);
  const { code } = linkOf(list, '8B'); // 25 pupils
  const many = async (n) => {
    for (let i = 0; i < n; i++) checkThanks(await collector.post(`/${code}`, answers(await collector.form(code))), code);
  };
  await many(25 - ((await storedByGroup(made))['8B'] ?? 0));
  assert.equal((await show()).stderr, '');
  await many(1);
  assert.match((await show()).stderr, /^note: .*more responses than pupils, such as 8B .*slips/m);
});

test('questions may be skipped, all but one; with most of them open it is asked about once', async () => {
  const form = await collector.form(link);
  const ids = Object.keys(form.questions);
  const first = (n) => Object.fromEntries(ids.slice(0, n).map((id) => [id, form.questions[id].find((v) => v !== '')]));
  let again;
  assert.equal(await added(made, async () => {
    const reply = await collector.post(`/${link}`, { key: form.key, ...first(1) });
    assert.equal(reply.status, 422);
    again = readForm(reply.body);
    assert.equal(again.key, form.key);
    assert.deepEqual(Object.keys(again.checked), [ids[0]]);
    assert.equal(inputs(reply.body).find((i) => i.name === 'sure')?.value, '1');
  }), 0);
  assert.equal(await added(made, async () => {
    checkThanks(await collector.post(`/${link}`, { key: again.key, ...again.checked, sure: '1' }));
  }), 1);
  assert.equal(await added(made, async () => {
    const half = await collector.form(link);
    checkThanks(await collector.post(`/${link}`, { key: half.key, ...first(Math.ceil(ids.length / 2)) }));
  }), 1);
});

test('another language in the midst of answering: nothing is stored, and all that was given is there', async () => {
  const [form, unit] = [await collector.form(link), await collector.form(unitLink)];
  const [first, second] = Object.keys(form.questions);
  const given = { [first]: form.questions[first].at(-2), [second]: form.questions[second].at(1) };
  assert.equal(await added(made, async () => {
    for (const [code, fields] of [[link, { key: form.key, ...given }], [link, { key: form.key }],
      [unitLink, { key: unit.key, group: unit.groups[1], ...given }]]) {
      const reply = await collector.post(`/${code}?lang=ar`, { ...fields, lang: 'ar' });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers['content-language'], 'ar');
      assert.doesNotMatch(reply.body, /role="alert"/);
      const { key, ...rest } = fields;
      assert.deepEqual(readForm(reply.body).checked, rest);
      assert.equal(readForm(reply.body).key, key);
    }
  }), 0);
  assert.equal(await added(made, async () => checkThanks(await collector.post(`/${link}?lang=ar`, answers(form)), link, 'lang=ar&')), 1);
});

test('no answer at all is asked about and not stored; its key still takes the answers that follow', async () => {
  const form = await collector.form(link);
  assert.equal(await added(made, async () => {
    const reply = await collector.post(`/${link}`, { key: form.key });
    assert.equal(reply.status, 422);
    const again = readForm(reply.body);
    checkThanks(await collector.post(`/${link}`, answers(again)));
    checkThanks(await collector.post(`/${link}`, answers(form)));
  }), 1);
});

test('what is known already is thanked for, whatever is wrong with what comes now', async () => {
  const [form, unit] = [await collector.form(link), await collector.form(unitLink)];
  const [first, second] = Object.keys(form.questions);
  const one = { [first]: form.questions[first].find((v) => v !== '') };
  checkThanks(await collector.post(`/${link}`, { key: form.key, ...one, sure: '1' }));
  checkThanks(await collector.post(`/${unitLink}`, answers(unit, { group: unit.groups[0] })), unitLink);
  assert.equal(await added(made, async () => {
    // most open, not asked before; nothing at all; an odd answer; an odd code
    for (const more of [one, {}, { ...one, [second]: 'ja' }, { ...one, code: 'hej' }])
      checkThanks(await collector.post(`/${link}`, { key: form.key, ...more }));
    checkThanks(await collector.post(`/${unitLink}`, answers(unit)), unitLink); // no class
  }), 0);
});

// What came back can be sent as it stands once the fault is mended, and is then stored with all that was given.
async function checkComesBack(reply, given, mend = () => ({})) {
  assert.equal(reply.status, 422);
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(reply.body, /role="alert"/);
  const form = readForm(reply.body);
  for (const [id, value] of Object.entries(given)) assert.equal(form.checked[id], value, `${id} was lost`);
  assert.match(form.key, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(await added(made, async () => {
    checkThanks(await collector.post(`/${link}`, { ...form.checked, key: form.key, ...mend(form) }));
  }), 1);
}

test('a missing, broken, foreign or made-up key brings the form back with a good one', async () => {
  const form = await collector.form(link);
  const other = await collector.form(linkOf(list, '8B').code);
  const { key, ...given } = answers(form);
  const flipped = (key[0] === 'A' ? 'B' : 'A') + key.slice(1);
  for (const bad of [undefined, '', 'x', flipped, other.key, 'A'.repeat(43), `${key}=`]) {
    const reply = await collector.post(`/${link}`, bad === undefined ? given : { ...given, key: bad });
    await checkComesBack(reply, given);
  }
});

test('an answer that the form does not have brings the others back', async () => {
  for (const bad of ['99', '-1', '1.0', 'ja', '01', ' 1', '255']) {
    const { key, ...given } = answers(await collector.form(link));
    const [first, ...rest] = Object.keys(given);
    const reply = await collector.post(`/${link}`, { ...given, key, [first]: bad });
    await checkComesBack(reply, Object.fromEntries(rest.map((id) => [id, given[id]])), () => ({ [first]: given[first] }));
  }
});

test('no class, an unknown one, or one of another school brings the answers back', async () => {
  for (const group of [undefined, '', '0', '-1', '999999', '1e0', '99999999999999999999', 'x']) {
    const form = await collector.form(unitLink);
    const given = answers(form);
    const reply = await collector.post(`/${unitLink}`, group === undefined ? given : { ...given, group });
    assert.equal(reply.status, 422, `group ${group}`);
    const again = readForm(reply.body);
    assert.equal(again.checked[Object.keys(form.questions)[0]], given[Object.keys(form.questions)[0]]);
    assert.equal(again.groups.length, 2);
  }
});

test('a body that nobody can read is 422, one of another kind 415', async () => {
  for (const body of ['%', '%zz=1', 'a=%ff', '=1', 'a=1&a=2', 'a=%00', `${'x'.repeat(100)}=1`, `a=${'x'.repeat(500)}`]) {
    const reply = await collector.post(`/${link}`, body);
    assert.equal(reply.status, 422, body.slice(0, 20));
    assert.ok(readForm(reply.body).key);
  }
  for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain']) {
    const reply = await collector.post(`/${link}`, '{}', { headers: { 'content-type': type } });
    assert.equal(reply.status, 415, type);
  }
  const form = await collector.form(link);
  checkThanks(await collector.post(`/${link}`, answers(form), {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  }));
});

test('the browser keeps a page with answers for the way back, not where a tablet is passed on; the form itself it does not', async () => {
  const { key, questions } = await collector.form(link);
  const [first] = Object.keys(questions);
  const few = { key, [first]: questions[first].find((v) => v !== '') };
  for (const [fields, status] of [[{ ...few, lang: 'sv' }, 200], [few, 422], [{ key }, 422]]) {
    for (const [query, kept] of [['', 'private, no-cache'], ['?delad=2', 'no-store']]) {
      const reply = await collector.post(`/${link}${query}`, fields);
      assert.deepEqual([reply.status, reply.headers['cache-control']], [status, kept]);
    }
  }
  assert.equal((await collector.get(`/${link}`)).headers['cache-control'], 'no-store');
});

test("a script gets the collector's word in text, with the key that is answered for", async () => {
  const options = { headers: { accept: 'text/plain' } };
  const post = (fields, code = link) => collector.post(`/${code}`, fields, options);
  const check = (reply, status, key) => {
    assert.equal(reply.status, status);
    assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(reply.headers['cache-control'], 'no-store');
    assert.equal(reply.headers.location, undefined);
    assert.equal(reply.headers['content-encoding'], undefined);
    assert.equal(reply.body, `TLD ${key}`);
  };
  const [form, other] = [await collector.form(link), await collector.form(link)];
  assert.equal(await added(made, async () => {
    check(await post({ key: other.key }), 422, other.key); // nothing answered
    check(await post(answers(form)), 200, form.key);
    check(await post(answers(form)), 200, form.key);
    check(await post({ key: form.key }), 200, form.key); // known
    check(await post(answers(form, { key: 'x"<b>' })), 422, '-');
    check(await post('%zz=1'), 422, '-');
    check(await post(answers(form), 'AAAAAAAA'), 404, '-');
    check(await post(answers(form), linkOf(list, '8B').code), 422, '-'); // another page's key
  }), 1);
});

test('an answer to a link that is none is 404', async () => {
  const form = await collector.form(link);
  assert.equal((await collector.post('/AAAAAAAA', answers(form))).status, 404);
});

test('after the round has closed a new answer is 410, a repeated one is thanked for', async () => {
  const before_ = await collector.form(link);
  const late = await collector.form(link);
  checkThanks(await collector.post(`/${link}`, answers(before_)));
  await made.tld('round', 'close', made.round);
  // At once, whether the collector has noticed or not, and later when it has.
  for (const noticed of [false, true]) {
    if (noticed) await eventually(async () => (await collector.get(`/${link}`)).status === 410);
    assert.equal(await added(made, async () => {
      checkThanks(await collector.post(`/${link}`, answers(before_)));
      checkThanks(await collector.post(`/${link}`, { key: before_.key }));
      const reply = await collector.post(`/${link}`, answers(late));
      assert.equal(reply.status, 410);
      assert.match(reply.body, /<h1>Dina svar hann inte skickas<\/h1>/);
      if (noticed) assert.equal((await collector.post(`/${link}`, { key: late.key })).status, 410);
      assert.equal(inputs(reply.body).filter((i) => i.type === 'radio').length, 0);
    }), 0);
  }
});

test('the log says nothing about any of it', () => {
  assert.doesNotMatch(collector.log, /error|warning/);
  for (const { code } of list) assert.ok(!collector.log.includes(code));
});
