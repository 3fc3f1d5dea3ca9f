// Goal: the way back in a browser that keeps pages whole (as phones do, whatever "no-store" says; a browser under test
// does so only when asked to): with scripts nobody sees what was sent, not on a shared tablet either; without them the
// page may come back, and whatever is sent from it counts once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answerAll, atSchool, chosen, goOn, open, send, thanked } from './browser.mjs';

const { browser, s } = await atSchool({ keepsPages: true });

// The page's history, of a page not gone to yet: {restored: pages that came back whole so far, why: for those that did
// not, step(by)}. With scripts the pages say so themselves: a page that reloads itself at once is not always told of by the
// browser's protocol.
async function wayBack(page, { scripts = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  const way = {
    restored: 0,
    why: [],
    async step(by) {
      const { currentIndex, entries } = await cdp.send('Page.getNavigationHistory');
      const there = entries[currentIndex + by];
      if (!there || there.url === 'about:blank') return false;
      await cdp.send('Page.navigateToHistoryEntry', { entryId: there.id });
      await page.waitForURL(there.url, { waitUntil: 'commit' }).catch((e) => {
        if (!/ERR_CACHE_MISS/.test(e)) throw e; // the browser's own page, which asks whether to send once more
      });
      await page.waitForTimeout(300); // a page that comes back whole may then reload itself
      return true;
    },
  };
  await cdp.send('Page.enable');
  cdp.on('Page.backForwardCacheNotUsed', (e) => way.why.push(...e.notRestoredExplanations.map(({ reason }) => reason)));
  if (scripts) {
    await page.exposeFunction('cameBack', () => way.restored++);
    await page.addInitScript(() => addEventListener('pageshow', (e) => e.persisted && globalThis.cameBack()));
  } else {
    cdp.on('Page.frameNavigated', ({ type }) => (way.restored += type === 'BackForwardCacheRestore'));
  }
  return way;
}

test('with scripts nothing that was sent is seen on the way back, and nothing is sent twice', async () => {
  for (const url of [s.middle, `${s.middle}?delad`]) {
    const page = await open(browser, `${s.origin}/`);
    const way = await wayBack(page);

    assert.equal(await s.added(async () => {
      for (let child = 0; child < 2; child++) {
        await page.goto(url);
        await answerAll(page, child);
        await send(page);
        await thanked(page);
      }
      await page.goto(`${s.origin}/integritet`);
      let steps = 0;
      for (; await way.step(-1); steps++) assert.equal(await page.locator('input:checked').count(), 0, page.url());
      assert.ok(steps >= 3, `${steps} steps`);
      while (await way.step(1)) assert.equal(await page.locator('input:checked').count(), 0, page.url());
    }), 2);
    assert.ok(way.restored > 0, `this browser keeps pages: ${way.why}`);
    await page.context().close();
  }
});

test('with scripts a form that was left for another language comes back with its answers; once sent it is seen in neither', async () => {
  const page = await open(browser, 'about:blank');
  const way = await wayBack(page);

  await page.goto(s.middle);
  await answerAll(page);
  const given = await chosen(page);
  await page.locator('nav a[lang=en]').tap();
  await page.waitForURL(/lang=en/);
  assert.deepEqual(await chosen(page), given);
  await way.step(-1);
  assert.equal(await page.getAttribute('html', 'lang'), 'sv');
  assert.deepEqual(await chosen(page), given);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
    await way.step(1);
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor(); // sent in the other language
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.equal(await page.locator('form').count(), 0);
  }), 1);
  await page.context().close();
});

test('one question at a time: the way back from "Tack" leads to no empty question; the link opened anew does begin afresh', async () => {
  const page = await open(browser, 'about:blank');
  const way = await wayBack(page);
  const through = async () => {
    await page.goto(s.young);
    for (const step of await page.locator('section.s').all()) {
      if (await step.locator('.o').count()) await step.locator('.o label').first().tap();
      if (await step.locator('.nav a.fwd').count()) await step.locator('.nav a.fwd').tap();
    }
    assert.equal(await s.added(async () => {
      await send(page);
      await thanked(page);
    }), 1);
  };

  await through();
  assert.equal(await s.added(async () => {
    let steps = 0;
    for (; await way.step(-1); steps++) {
      await thanked(page);
      assert.equal(await page.locator('fieldset').count(), 0);
    }
    assert.ok(steps > 5, `${steps} steps`);
  }), 0);
  await through(); // another child, on the same phone
  assert.match(await page.evaluate(() => Object.values({ ...sessionStorage }).join('|')), /^\{"saved":"\w+"\}$/);
  await page.context().close();
});

test('on a shared tablet the way back from "Tack" leads to the beginning, not among the questions', async () => {
  const page = await open(browser, 'about:blank');
  const way = await wayBack(page);

  await page.goto(`${s.young}?delad`);
  await page.locator('#s0 .nav a.fwd').tap();
  await page.locator('#s1 .nav a.fwd').tap();
  await page.evaluate(() => (location.hash = '#s10'));
  await answerAll(page);
  await page.locator('#s10 .nav a.fwd').tap();
  await send(page);
  await thanked(page);
  await way.step(-1);
  await page.locator('#s0').waitFor();
  assert.equal(await page.locator('section.s:visible').count(), 1);
  assert.equal(await page.locator('input:checked').count(), 0);
  await page.context().close();
});

test('a form that comes back whole has its answers and is sent once; one whose answers are gone from the tab is fresh', async () => {
  const page = await open(browser, 'about:blank');
  const way = await wayBack(page);
  const away = async (what) => {
    await page.goto(`${s.origin}/`);
    await what?.();
    await way.step(-1);
  };

  await page.goto(s.middle);
  await answerAll(page);
  const given = await chosen(page);
  await away(() => page.evaluate(() => sessionStorage.clear())); // as when they have been sent or two hours have passed
  assert.equal(way.restored, 1, `this browser keeps pages: ${way.why}`);
  assert.deepEqual(await chosen(page), {});
  await answerAll(page);
  await away();
  assert.equal(way.restored, 2, `this browser keeps pages: ${way.why}`);
  assert.deepEqual(await chosen(page), given);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('without scripts the page may come back from "Tack" as it was: sent again it is thanked for and counts once', async () => {
  const page = await open(browser, 'about:blank', { javaScriptEnabled: false });
  const way = await wayBack(page, { scripts: false });

  await page.goto(s.middle);
  await answerAll(page);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
    await way.step(-1);
    assert.equal(way.restored, 1, `this browser keeps pages: ${way.why}`);
    await answerAll(page, 2);
    await send(page);
    await thanked(page);
  }), 1);
  await page.context().close();
});

for (const [which, kind] of [['middle', 'all on a page'], ['young', 'one at a time']])
  test(`without scripts, on a shared tablet, the next child finds no page of the last one on the way back (${kind})`, async () => {
    const page = await open(browser, 'about:blank', { javaScriptEnabled: false });
    const way = await wayBack(page, { scripts: false });
    const answer = async (nth) => {
      while (!(await page.locator('#b').isVisible())) {
        await goOn(page);
        await answerAll(page, nth);
      }
    };
    const empty = async () => {
      // what is chosen, or goes along unseen; the browser's own page has no form
      const held = await page.evaluate(() => [...new FormData(document.forms[0])].map(([name]) => name).filter((name) => name !== 'key'));
      assert.deepEqual(held, [], page.url());
    };

    for (let child = 0; child < 2; child++) {
      await page.goto(`${s[which]}/delad`);
      await answerAll(page, child);
      await page.goto(`${s[which]}/delad?lang=en`); // left for another page of the same, and answered there once more
      await answerAll(page, child);
      await answer(child);
      await send(page);
      await page.waitForURL(/\/tack\?/);
      await page.locator('a[href*="?delad="]').tap();
      await page.waitForURL(/\?delad=1$/);
    }
    let steps = 0;
    for (; await way.step(-1); steps++) await empty();
    assert.ok(steps >= 7, `${steps} steps`);
    while (await way.step(1)) await empty();
    await page.context().close();
  });
