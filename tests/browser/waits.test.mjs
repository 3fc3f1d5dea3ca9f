// Goal: with scripts what was sent and not answered waits, is sent by itself and counts once: no network, a network that
// dies after the commit, a server that is away or starts anew, a phone that sleeps, a page that is thrown away. It says
// so, and shows nothing of it to who opens the link next.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Collector, eventually } from '../support/collector.mjs';
import { answerAll, atSchool, chosen, keptBy, key, makeOlder, open, send, thanked } from './browser.mjs';
import { school } from './school.mjs';
import { lostAndFound, wire } from './wire.mjs';

const { browser, s } = await atSchool();

test('what the pupil has sent waits longer: a phone without network for three hours, its page thrown away', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  await page.context().setOffline(true);
  await send(page);
  await page.getByText('Inte skickat än.').waitFor();
  await makeOlder(page, 180);
  assert.equal(await s.added(async () => {
    // nothing more is sent from the old page
    await page.evaluate(() => (window.fetch = () => new Promise(() => {})));
    await page.context().setOffline(false);
    await page.reload();
    await thanked(page);
  }), 1);
  await page.context().close();
});

for (const lost of ['sending', 'reply'])
  test(`what waits outlives the browser's own page: sent by itself, counted once (the ${lost} was lost)`, async () => {
    const w = await wire(s.middle);
    const page = await open(browser, w.url);

    await answerAll(page);
    assert.equal(await s.added(async () => {
      if (lost === 'reply') w.lose = true;
      else w.off();
      await send(page);
      await page.getByText('Inte skickat än.').waitFor();
      w.off();
      w.lose = false;
      await lostAndFound(page, w).catch(() => {}); // it may be on its way to Tack already
      await thanked(page);
    }), 1);
    assert.equal(await keptBy(page), 0);
    await page.context().close();
    await w.close();
  });

for (const way of ['the link opened anew', '"start over"'])
  test(`what waits is sent by itself, unseen, after ${way} in the same tab; the next pupil's answers are another's`, async () => {
    const page = await open(browser, s.middle);
    const note = page.locator('#elsewhere');
    let busy = true;

    await page.route('**/*', (route) => (route.request().method() === 'POST' && busy ? route.abort('connectionreset') : route.continue()));
    await answerAll(page);
    const first = await key(page);
    await send(page);
    await page.getByText('Inte skickat än.').waitFor();
    if (way === '"start over"') {
      await page.reload();
      await page.locator('#afresh').tap();
    } else await page.goto(s.middle);
    await page.getByText('Inte skickat än: på den här telefonen eller datorn finns svar som är på väg.').waitFor();
    assert.deepEqual(await chosen(page), {});
    assert.notEqual(await key(page), first);
    assert.equal(await page.locator('#again').isVisible(), false);
    await page.reload(); // they do not become this visit's
    await page.getByText('Inte skickat än: på den här').waitFor();
    assert.deepEqual(await chosen(page), {});
    assert.equal(await s.added(async () => {
      busy = false;
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await page.getByText('Skickat! Svaren som väntade på den här telefonen eller datorn är sparade nu.').waitFor();
      assert.equal(await keptBy(page), 0);
    }), 1);
    assert.equal(await s.added(async () => {
      await answerAll(page, 0);
      await send(page);
      await thanked(page);
    }), 1);
    assert.equal(await note.count(), 0);
    await page.context().close();
  });

test('two pupils wait in one tab, the third one sends: all three are counted before "Tack"', async () => {
  const page = await open(browser, s.middle);
  let busy = true;

  await page.route('**/*', (route) => (route.request().method() === 'POST' && busy ? route.abort('connectionreset') : route.continue()));
  assert.equal(await s.added(async () => {
    for (let pupil = 0; pupil < 3; pupil++) {
      await page.goto(s.middle);
      await answerAll(page, pupil);
      busy = pupil < 2;
      await send(page);
      if (busy) await page.getByText('Inte skickat än.').waitFor();
    }
    await thanked(page);
  }), 3);
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

for (const [next, where] of [['another class', (s) => s.old], ['a tablet that is passed on', (s) => `${s.middle}/delad`]])
  test(`what waits is sent though the tab goes on to the link of ${next}, which shows nothing of it`, async () => {
    const page = await open(browser, s.middle);
    let busy = true;

    await page.route('**/*', (route) => (route.request().method() === 'POST' && busy ? route.abort('connectionreset') : route.continue()));
    await answerAll(page);
    await send(page);
    await page.getByText('Inte skickat än.').waitFor();
    await page.goto(where(s));
    await page.getByText('Inte skickat än: på den här').waitFor();
    assert.equal(await page.getByText('från en annan länk').isVisible(), next === 'another class');
    assert.deepEqual(await chosen(page), {});
    assert.equal(await s.added(async () => {
      busy = false;
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await page.getByText(/^Skickat! Svaren (från den andra länken|som väntade)/).waitFor();
      assert.equal(await keptBy(page), 0);
    }), 1);
    await page.context().close();
  });

test('what waits and is refused at last is told of, without a word of what it says', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  await page.route('**/*', (route) => (route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue()));
  await send(page);
  await page.getByText('Inte skickat än.').waitFor();
  await page.unrouteAll();
  await page.route('**/*', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 422, contentType: 'text/plain', body: 'TLD -' }) : route.continue()));
  await page.goto(s.middle);
  await page.getByText('Svaren som väntade på den här telefonen eller datorn gick inte att ta emot.').waitFor();
  assert.deepEqual(await chosen(page), {});
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

test('offline, reloaded when the network is back: sent by itself, once', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  await page.context().setOffline(true);
  assert.equal(await s.added(async () => {
    await send(page);
    await page.getByText('Inte skickat än. Det finns inget nät').waitFor();
    await page.context().setOffline(false);
    await page.reload().catch(() => {}); // it may be on its way to Tack already
    await thanked(page);
  }), 1);
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

test('the network dies after the commit and the phone loses the page: once', async () => {
  const w = await wire(s.middle);
  const page = await open(browser, w.url);

  await answerAll(page);
  assert.equal(await s.added(async () => {
    w.lose = true;
    await send(page);
    await page.getByText('Inte skickat än.').waitFor();
    assert.ok(w.lost > 0);
    w.lose = false;
    await page.reload().catch(() => {});
    await thanked(page);
  }), 1);
  await page.context().close();
  await w.close();
});

test("a reply that is not the collector's changes nothing: the answers stay, and are sent and counted once", async () => {
  const page = await open(browser, `${s.middle}?lang=sv`);
  const login = '<!doctype html><title>Logga in</title><p>Logga in på skolans nät';
  const others = [
    { status: 302, headers: { Location: 'http://127.0.0.1:9/login' } },
    { status: 302, headers: { Location: `${s.middle}/tack?sparat=1` } },
    { status: 200, contentType: 'text/html', body: login },
    { status: 200, contentType: 'text/plain', body: 'TLD -' },
    { status: 204 },
    { status: 403, contentType: 'text/html', body: login },
    { status: 404, contentType: 'text/html', body: login },
    { status: 408, body: '' },
    { status: 422, contentType: 'text/html', body: login },
    { status: 429, headers: { 'Retry-After': '3600' }, body: '' },
    { status: 511, contentType: 'text/html', body: login },
  ];
  const met = [];

  await answerAll(page);
  const [given, first, at] = [await chosen(page), await key(page), page.url()];
  assert.equal(await s.added(async () => {
    for (const reply of others) {
      await page.unrouteAll();
      await page.route('**/*', (route) => (route.request().method() === 'POST' ? (met.push(reply.status), route.fulfill(reply)) : route.continue()));
      const so = met.length;
      await send(page);
      await eventually(() => met.length > so);
      await page.getByText('Inte skickat än. Det gick inte att skicka just nu.').waitFor();
      assert.equal(page.url(), at);
      assert.deepEqual(await chosen(page), given, `${reply.status}`);
    }
    // thrown away meanwhile
    await page.reload();
    await eventually(() => met.length > others.length);
    assert.deepEqual(await chosen(page), given);
    assert.equal(await key(page), first);
  }), 0);
  assert.equal(await s.added(async () => {
    await page.unrouteAll();
    await send(page);
    await thanked(page);
  }), 1);
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

test("another's page in place of the collector's own word: the way back has the answers, which are sent", async () => {
  const page = await open(browser, s.unitOld);
  let posts = 0;

  await page.evaluate(() => document.forms[0].setAttribute('novalidate', ''));
  await answerAll(page);
  const given = await chosen(page);
  // the script hears that the class is missing; the page that it then asks for comes from elsewhere
  await page.route('**/*', (route) =>
    route.request().method() === 'POST' && ++posts === 2 ? route.fulfill({ contentType: 'text/html', body: '<h1>Logga in' }) : route.continue());
  await send(page);
  await page.getByRole('heading', { name: 'Logga in' }).waitFor();
  await page.goBack();
  await page.getByText('Välj i listan vad det gäller.').waitFor();
  assert.equal(posts, 4);
  assert.deepEqual(await chosen(page), given);
  await page.getByRole('radio', { name: '8B' }).tap();
  assert.equal(await s.added(async () => {
    await page.locator('#b').tap();
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('503 for a while, tapped many times meanwhile, reloaded: once', async () => {
  const page = await open(browser, s.middle);
  let busy = 4;

  await page.route('**/*', (route) =>
    route.request().method() === 'POST' && busy-- > 0
      ? route.fulfill({ status: [503, 502, 500, 503][busy], headers: { 'Retry-After': '1' }, body: '' })
      : route.continue());
  await answerAll(page);
  assert.equal(await s.added(async () => {
    for (let i = 0; i < 2; i++) {
      await page.locator('#b').dblclick();
      await page.getByText('Inte skickat än. Det gick inte att skicka').waitFor();
    }
    await page.reload();
    await thanked(page);
  }), 1);
  assert.ok(busy < 0);
  await page.context().close();
});

test('the collector is started anew between page and sending, and between sending and reply: once', async () => {
  const other = await school();
  const w = await wire(other.middle);
  const page = await open(browser, w.url);

  await answerAll(page);
  w.to = 0;
  w.cut();
  await other.collector.stop();
  await send(page);
  await page.getByText('Inte skickat än.').waitFor();
  const second = await Collector.start(other.made);
  w.lose = true;
  w.to = second.port;
  await send(page); // saved by the second, whose reply is lost
  for (let i = 0; i < 100 && w.lost === 0; i++) await page.waitForTimeout(50);
  assert.ok(w.lost > 0);
  await second.kill();
  const third = await Collector.start(other.made);
  w.lose = false;
  w.to = third.port;
  await thanked(page);
  assert.equal(await other.stored(), 1);
  await page.context().close();
  await third.stop();
  await w.close();
  await other.close();
});

test('a phone falls asleep while answers wait, and wakes where there is network: sent at once, and counted once', async () => {
  const page = await open(browser, 'about:blank');

  await page.clock.install();
  await page.goto(s.middle);
  await answerAll(page);
  await page.route('**/*', (route) => (route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue()));
  await send(page);
  await page.getByText('Inte skickat än. Det gick inte att skicka').waitFor();
  assert.equal(await s.added(async () => {
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 200); // asleep: no timer runs any more
    await page.unrouteAll();
    await page.waitForTimeout(3000); // longer than it would have waited
  }), 0);
  assert.equal(await s.added(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // the screen is lit
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('answers on their way in one tab are told of in another, which keeps nobody from answering and stores nothing', async () => {
  const one = await open(browser, s.middle);
  const told = (page) => page.getByText('Inte skickat än: på den här telefonen eller datorn finns svar som är på väg').isVisible();

  // before: another tab that was open already
  const two = await one.context().newPage();
  await two.goto(s.middle);
  assert.equal(await told(two), false);
  await answerAll(one);
  await one.route('**/*', (route) => (route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue()));
  await send(one);
  await one.getByText('Inte skickat än.').waitFor();
  await eventually(() => told(two));
  assert.equal(await told(one), false);
  // after: the link is opened anew; not with another link, and not where children share the device
  for (const [url, expected] of [[s.middle, true], [s.old, false], [`${s.middle}?delad`, false]]) {
    const page = await one.context().newPage();
    await page.goto(url);
    await page.waitForTimeout(300);
    assert.equal(await told(page), expected, url);
    assert.equal(await keptBy(page), 0);
    await page.close();
  }
  assert.equal(await s.added(async () => {
    await answerAll(two, 0);
    await send(two);
    await thanked(two);
    await one.unrouteAll();
    await thanked(one);
  }), 2, 'two children on one phone are two');
  await one.context().close();
});

test('a reload while the phone waits to send "as it is" does not ask again', async () => {
  const page = await open(browser, s.middle);

  await page.locator('fieldset').first().locator('.o label').first().tap();
  await send(page);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Skicka som det är' }).tap();
  await page.getByText('Inte skickat än.').waitFor();
  assert.equal(await s.added(async () => {
    await page.context().setOffline(false);
    await page.reload().catch(() => {});
    await thanked(page);
  }), 1);
  await page.context().close();
});
