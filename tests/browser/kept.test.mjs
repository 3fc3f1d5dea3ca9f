// Goal: with scripts nothing that was answered is lost and nothing is counted twice: reload, another language, no
// network, a network that dies after the commit, a server that is away or starts anew, a second tab, the way back, a
// phone that sleeps, a browser that is closed and opened again.
// And nothing stays: not after Tack, not for another child who opens the same link, not after two hours.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Collector, eventually, workDir } from '../support/collector.mjs';
import { answerAll, atSchool, chosen, keptBy, key, launchAgain, open, send, thanked } from './browser.mjs';
import { school } from './school.mjs';
import { breaks, wire } from './wire.mjs';

const { browser, s } = await atSchool();

// Makes what is kept older by so many minutes, once the page is left.
const age = (page, minutes) => page.evaluate((ms) => {
  const name = sessionStorage.key(0);
  const draft = JSON.parse(sessionStorage.getItem(name));
  addEventListener('pagehide', () => sessionStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() - ms })));
}, minutes * 60000);

for (const which of ['old', 'young'])
  test(`a reload keeps answers, step and key, and they count once (${which})`, async () => {
    const page = await open(browser, which === 'young' ? `${s.young}#s3` : s.old);

    assert.equal(await page.locator('#again').isVisible(), false);
    await answerAll(page);
    const [given, first, at] = [await chosen(page), await key(page), page.url()];
    await page.reload();
    assert.deepEqual(await chosen(page), given);
    assert.equal(await key(page), first);
    assert.equal(page.url(), at);
    if (which === 'old') assert.match(await page.locator('#again').innerText(), /Dina svar finns kvar/);
    else await page.evaluate(() => (location.hash = '#s11'));
    assert.equal(await s.added(async () => {
      await send(page);
      await thanked(page);
    }), 1);
    assert.match(await page.locator('main').innerText(), /Skickat!/);
    assert.equal(await keptBy(page), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('it is said on the page that answers are kept, and only where it is true', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, s.old, { javaScriptEnabled });
    assert.equal(await page.getByText('Dina svar ligger kvar').isVisible(), javaScriptEnabled);
    await page.context().close();
  }
});

test('another language keeps the answers', async () => {
  const page = await open(browser, s.old);

  await answerAll(page, 2);
  const given = await chosen(page);
  await page.getByRole('link', { name: 'English' }).tap();
  await page.waitForURL(/lang=en/);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.deepEqual(await chosen(page), given);
  assert.equal(await page.locator('#again').isVisible(), false);
  await page.context().close();
});

for (const shown of ['young', 'old'])
  test(`another language keeps the place in the form, too (${shown})`, async () => {
    const page = await open(browser, shown === 'young' ? `${s.young}#s4` : `${s.unitOld}#pick`);
    const [, hash] = page.url().split('#');

    if (shown === 'young') await page.locator('#s4 .o label').first().tap();
    else await page.getByRole('radio', { name: '8B' }).tap();
    const given = await chosen(page);
    await page.getByRole('link', { name: 'English' }).tap();
    await page.waitForURL(({ search, hash: there }) => /lang=en\b/.test(search) && there === `#${hash}`);
    assert.deepEqual(await chosen(page), given);
    if (shown === 'young') assert.equal(await page.locator('#s4').isVisible(), true);
    await page.context().close();
  });

test('another language without network: there once it is back, for this visit and not for who opens the link anew', async () => {
  for (const anew of [false, true]) {
    const w = await wire(s.middle);
    const page = await open(browser, w.url);

    await answerAll(page);
    const given = await chosen(page);
    w.off();
    await breaks(page, () => page.getByRole('link', { name: 'English' }).tap());
    w.to = w.back;
    if (anew) await page.goto(w.url);
    else await page.reload();
    assert.equal(await page.getAttribute('html', 'lang'), anew ? 'sv' : 'en');
    assert.deepEqual(await chosen(page), anew ? {} : given);
    await page.context().close();
    await w.close();
  }
});

test('another child who opens the link on the same phone sees nothing, in the same tab or a new one', async () => {
  const page = await open(browser, s.old);

  await answerAll(page);
  const other = await page.context().newPage();
  await other.goto(s.old);
  assert.deepEqual(await chosen(other), {});
  await page.goto('about:blank');
  await page.goto(s.old);
  assert.deepEqual(await chosen(page), {});
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

test('"start over" leaves nothing', async () => {
  const page = await open(browser, s.old);

  await answerAll(page);
  await page.reload();
  const first = await key(page);
  await page.locator('#afresh').tap();
  await page.waitForFunction((k) => document.querySelector('input[name=key]')?.value !== k && document.readyState === 'complete', first);
  assert.deepEqual(await chosen(page), {});
  assert.equal(await keptBy(page), 0);
  await page.reload();
  assert.deepEqual(await chosen(page), {});
  await page.context().close();
});

test('after two hours what was not sent is gone, from the phone and from the page', async () => {
  const page = await open(browser, 'about:blank');

  await page.clock.install();
  await page.goto(s.old);
  await answerAll(page);
  await page.clock.fastForward('01:59:00');
  assert.equal(await keptBy(page), 1);
  await page.clock.fastForward('00:02:00');
  assert.equal(await keptBy(page), 0);
  assert.deepEqual(await chosen(page), {});
  // a page that slept and was thrown away
  await answerAll(page);
  await age(page, 121);
  await page.reload();
  assert.deepEqual(await chosen(page), {});
  await page.context().close();
});

test('what the pupil has sent waits longer: a phone without network for three hours, its page thrown away', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  await page.context().setOffline(true);
  await send(page);
  await page.getByText('Inte skickat än.').waitFor();
  await age(page, 180);
  assert.equal(await s.added(async () => {
    // nothing more is sent from the old page
    await page.evaluate(() => (window.fetch = () => new Promise(() => {})));
    await page.context().setOffline(false);
    await page.reload();
    await thanked(page);
  }), 1);
  await page.context().close();
});

// Loses the network for the document, too: a reload ends at the browser's own page, twice, and then finds the form.
async function lostAndFound(page, w) {
  for (let i = 0; i < 2; i++) await breaks(page, () => page.reload().catch(() => {}));
  w.to = w.back;
  await page.reload();
}

for (const which of ['middle', 'young'])
  test(`reloaded without network, the browser's own page, and reloaded with it: step, answers and key are there, counted once (${which})`, async () => {
    const w = await wire(s[which]);
    const page = await open(browser, w.url);

    if (which === 'young') for (let step = 0; step < 5; step++) {
      if (step > 0) await page.locator(`#s${step} .o label`).first().tap();
      await page.locator(`#s${step} .nav a.fwd`).tap();
    }
    else await answerAll(page);
    const [given, first, { hash }] = [await chosen(page), await key(page), new URL(page.url())];
    assert.equal(Object.keys(given).length > 3, true);
    w.off();
    await lostAndFound(page, w);
    assert.deepEqual(await chosen(page), given);
    assert.equal(await key(page), first);
    assert.equal(new URL(page.url()).hash, hash);
    if (which === 'young') assert.equal(await page.locator('#s5').isVisible(), true);
    else assert.match(await page.locator('#again').innerText(), /Dina svar finns kvar/);
    // the next pupil has the link, not this address
    await page.goto(w.url);
    assert.deepEqual(await chosen(page), {});
    assert.equal(await keptBy(page), 0);
    await page.context().close();
    await w.close();
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

test('an address that was copied from another visit shows nothing of this one, and can be answered after "Tack"', async () => {
  const page = await open(browser, s.middle);
  const copied = `${s.middle}?besok=abcd1234`;

  await answerAll(page);
  assert.match(page.url(), /\?besok=\w+$/);
  await page.goto(copied);
  assert.deepEqual(await chosen(page), {});
  await answerAll(page);
  assert.notEqual(page.url(), copied);
  await send(page);
  await thanked(page);
  await page.goto(copied);
  assert.equal(await page.locator('#f').isVisible(), true);
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

test('a tab and its copy, sent from both: once', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  const copy = await page.context().newPage();
  await copy.goto(s.middle);
  // as "duplicate tab" does
  const held = await page.evaluate(() => JSON.stringify(sessionStorage));
  await copy.evaluate((all) => Object.entries(JSON.parse(all)).forEach(([k, v]) => sessionStorage.setItem(k, v)), held);
  await copy.reload();
  assert.equal(await key(copy), await key(page));
  assert.equal(await s.added(async () => {
    await Promise.all([send(page), send(copy)]);
    await Promise.all([thanked(page), thanked(copy)]);
  }), 1);
  await page.context().close();
});

test('the browser is closed and started again with its tabs: the answers are there, with their key, and count once', async () => {
  const profile = workDir();
  let context = await launchAgain(join(profile.dir, 'profile'));
  try {
    let [page] = context.pages();
    await page.goto(`${s.middle}?lang=sv`);
    await answerAll(page);
    const [given, first] = [await chosen(page), await key(page)];
    await context.close();
    context = await launchAgain(join(profile.dir, 'profile'));
    page = await eventually(() => context.pages().find((p) => p.url().startsWith(s.middle)));
    await page.locator('#again').waitFor();
    assert.deepEqual(await chosen(page), given);
    assert.equal(await key(page), first);
    assert.equal(await s.added(async () => {
      await send(page);
      await thanked(page);
    }), 1);
    assert.equal(await keptBy(page), 0);
  } finally {
    await context.close();
    profile.remove();
  }
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

test('F5 on Tack, back, and sending again from there: once, and no answer is seen', async () => {
  for (const url of [s.middle, `${s.young}#s10`]) {
    const page = await open(browser, url);

    if (url !== s.middle) await page.locator('#s10 .nav a:last-child').tap();
    await answerAll(page);
    assert.equal(await s.added(async () => {
      await send(page);
      await thanked(page);
      await page.reload();
      await thanked(page);
      await page.goBack();
      assert.equal(await page.locator('input:checked').count(), 0);
      await page.evaluate(() => document.forms[0]?.requestSubmit());
      await page.waitForTimeout(300);
      assert.match(await page.evaluate(() => { try { return Object.values({ ...sessionStorage }).join('|'); } catch { return ''; } }),
        url === s.middle ? /^$/ : /^\{"saved":"\w+"\}$/);
    }), 1);
    await page.context().close();
  }
});

test('a form that comes back from the server keeps its answers over a reload, with its key', async () => {
  const page = await open(browser, s.unitOld);

  await page.evaluate(() => document.forms[0].setAttribute('novalidate', ''));
  await answerAll(page);
  await send(page);
  await page.getByRole('alert').waitFor();
  const given = await chosen(page);
  assert.ok(Object.keys(given).length > 5);
  await page.getByRole('radio', { name: '8B' }).tap();
  assert.equal(await s.added(async () => {
    await page.locator('#b').tap();
    await thanked(page);
  }), 1);
  assert.equal(await keptBy(page), 0);
  await page.context().close();
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

test('where the browser lets nothing be kept the form works all the same', async () => {
  const page = await open(browser, 'about:blank');

  await page.addInitScript(() => Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } }));
  await page.goto(s.middle);
  assert.equal(await page.getByText('Dina svar ligger kvar').isVisible(), false);
  await answerAll(page);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
  }), 1);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
