// Goal: with scripts nothing that was answered is lost and nothing is counted twice: reload, another language, a second
// tab, the way back, a browser that is closed and opened again. (What is sent and finds no network: waits.test.mjs.)
// And nothing stays: not after Tack, not for another child who opens the same link, not after two hours.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { eventually, workDir } from '../support/collector.mjs';
import { answerAll, atSchool, chosen, keptBy, key, launchAgain, makeOlder, open, send, thanked } from './browser.mjs';
import { breaks, lostAndFound, wire } from './wire.mjs';

const { browser, s } = await atSchool();

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

for (const [next, where] of [['another class', (s) => s.old], ['a tablet that is passed on', (s) => `${s.young}/delad`]])
  test(`what was not sent is gone when the tab goes on to the link of ${next}: from what is kept, and from the way back`, async () => {
    const page = await open(browser, s.young);

    await page.goto(`${s.young}#s1`);
    await answerAll(page);
    assert.equal(await keptBy(page), 1);
    await page.goto(where(s));
    assert.equal(await keptBy(page), 0);
    await page.goBack();
    await page.locator('#s0').waitFor();
    assert.deepEqual(await chosen(page), {});
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
  await makeOlder(page, 121);
  await page.reload();
  assert.deepEqual(await chosen(page), {});
  await page.context().close();
});

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

for (const which of ['old', 'young'])
  test(`the end of the page is lost, with its key: answers can be sent all the same, or are there when it is loaded again (${which})`, async () => {
    for (const again of [false, true]) {
      const page = await open(browser, 'about:blank');
      let lost = true;

      await page.route(s[which], async (route) => {
        if (!lost || route.request().method() !== 'GET') return route.continue();
        const reply = await route.fetch();
        const { 'content-encoding': _, 'content-length': __, ...headers } = reply.headers();
        return route.fulfill({ status: 200, headers, body: (await reply.text()).replace(/<input type="hidden" name="key"[^]*/, '') });
      });
      await page.goto(s[which]);
      assert.equal(await page.locator('input[name=key]').count(), 0);
      await answerAll(page);
      const given = await chosen(page);
      lost = false;
      if (again) {
        await page.reload();
        assert.deepEqual(await chosen(page), given);
      } else {
        if (which === 'young') await page.evaluate(() => (location.hash = '#s11'));
        await send(page);
        await page.getByRole('alert').getByText('Sidan laddades inte färdigt').waitFor();
        assert.deepEqual(await chosen(page), given);
      }
      assert.equal(await s.added(async () => {
        if (which === 'young') await page.evaluate(() => (location.hash = '#s11'));
        await send(page);
        await thanked(page);
      }), 1);
      await page.context().close();
    }
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
