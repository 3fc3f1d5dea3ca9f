// Goal: a pupil with any phone answers and is counted once: with and without scripts, with a lost reply, without network,
// with an impatient finger, with the back button. (By keyboard: every_form.test.mjs; one question at a time without scripts:
// steps.test.mjs.)
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Collector } from '../support/collector.mjs';
import { answerAll, atSchool, audit, chosen, goOn, keptBy, key, open, send, tapAll, thanked } from './browser.mjs';
import { school } from './school.mjs';
import { breaks, wire } from './wire.mjs';

const { browser, s } = await atSchool();

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`all on a page, ${how}: one request for the form, Tack, one response`, async () => {
    const page = await open(browser, s.old, { javaScriptEnabled });

    assert.deepEqual(page.requests, [`GET ${new URL(s.old).pathname}`]);
    assert.equal(await s.added(async () => {
      await tapAll(page, 1);
      await send(page);
      await thanked(page);
    }), 1);
    assert.deepEqual(page.faults, []);
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });

  test(`an answer can be changed and taken back, ${how}`, async () => {
    const page = await open(browser, s.old, { javaScriptEnabled });
    const first = page.locator('fieldset').first();
    const undo = first.locator('.x');

    assert.equal(await undo.isVisible(), false);
    await first.locator('.o label').nth(0).tap();
    await first.locator('.o label').nth(3).tap();
    assert.equal(await first.locator('input:checked').getAttribute('value'), '4');
    await undo.tap();
    assert.equal(await first.locator('.o input:checked, .u input:checked').count(), 0);
    assert.deepEqual(javaScriptEnabled ? await chosen(page) : {}, {});
    await page.locator('fieldset').nth(1).locator('.o label').nth(0).tap();
    assert.equal(await undo.isVisible(), false);
    await page.context().close();
  });

  test(`a unit's link asks for the class, ${how}`, async () => {
    const page = await open(browser, s.unitOld, { javaScriptEnabled });
    const earlier = await s.storedByGroup();

    assert.deepEqual(await page.locator('.pick label').allInnerTexts(), ['7A', '8B', '9C']);
    await tapAll(page);
    await send(page);
    assert.equal(await page.evaluate(() => document.activeElement.name), 'group'); // the browser points it out
    await page.getByRole('radio', { name: '9C' }).tap();
    await send(page);
    await thanked(page);
    assert.equal((await s.storedByGroup())['9C'], (earlier['9C'] ?? 0) + 1);
    await page.context().close();
  });
}

test('one question at a time, with scripts: next, back, drawings, Tack', async () => {
  const page = await open(browser, s.young);
  const visible = () => page.locator('section:visible').evaluateAll((all) => all.map((e) => e.id));

  assert.deepEqual(await visible(), ['s0']);
  await page.getByRole('link', { name: 'Börja' }).tap();
  assert.deepEqual(await visible(), ['s1']);
  await page.getByRole('radio', { name: 'Ja', exact: true }).locator('visible=true').tap();
  await page.getByRole('link', { name: 'Nästa' }).tap();
  assert.deepEqual(await visible(), ['s2']);
  await page.getByRole('link', { name: 'Tillbaka' }).tap();
  assert.deepEqual(await visible(), ['s1']);
  assert.equal(Object.values(await chosen(page)).join(), '3', 'the answer went along');
  await page.goBack(); // the phone's own button
  assert.deepEqual(await visible(), ['s2']);
  await page.goForward();
  assert.deepEqual(await visible(), ['s1']);
  const steps = await page.locator('section').count();
  for (let i = 1; i < steps - 1; i++) {
    assert.deepEqual(await visible(), [`s${i}`]);
    await page.locator(`#s${i} .o label`).nth(2).tap();
    await page.locator(`#s${i} .nav a:last-child`).tap();
  }
  assert.deepEqual(await visible(), [`s${steps - 1}`]);
  assert.deepEqual(Object.values(await chosen(page)), Array(steps - 2).fill('3'));
  assert.deepEqual(page.requests, [`GET ${new URL(s.young).pathname}`], 'from step to step nothing is loaded');
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
  }), 1);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a class not picked where nothing stops it is told kindly, and no answer is lost', async () => {
  const page = await open(browser, s.unitOld, { javaScriptEnabled: false });

  await page.locator('fieldset').nth(1).locator('.o label').nth(2).tap();
  await page.evaluate(() => document.forms[0].setAttribute('novalidate', ''));
  await send(page);
  await page.getByRole('alert').waitFor();
  assert.match(await page.title(), /^Inte skickat än: /);
  assert.match(await page.getByRole('alert').innerText(), /Välj i listan vad det gäller\./);
  assert.equal(await page.locator('fieldset').nth(1).locator('input:checked').getAttribute('value'), '3');
  await page.getByRole('radio', { name: '8B' }).tap();
  assert.equal(await s.added(async () => {
    await page.locator('#s0 .nav button').tap();
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('young pupils can not begin before they picked their class', async () => {
  const page = await open(browser, s.unitYoung);

  assert.equal(await page.getByRole('link', { name: 'Börja' }).isVisible(), false);
  assert.equal(await page.getByText('Välj i listan först').isVisible(), true);
  await page.getByRole('radio', { name: '2 Björken' }).tap();
  await page.getByRole('link', { name: 'Börja' }).tap();
  assert.equal(await page.locator('#s1').isVisible(), true);
  await page.context().close();
});

test('an impatient finger: many taps, one response', async () => {
  const page = await open(browser, s.middle);

  assert.equal(await s.added(async () => {
    await answerAll(page);
    await page.evaluate(() => { for (let i = 0; i < 5; i++) document.getElementById('b').click(); });
    await thanked(page);
  }), 1);
  assert.equal(page.requests.filter((r) => r.startsWith('POST')).length, 1);
  await page.context().close();
});

test('the reply is lost after the answers were saved: sent again by itself, counted once', async () => {
  const page = await open(browser, s.middle);
  let lost = 0;

  await page.route('**/*', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost++;
    await route.fetch({ maxRedirects: 0 });
    return route.abort('connectionreset');
  });
  assert.equal(await s.added(async () => {
    await answerAll(page);
    await send(page);
    await page.getByText('Det gick inte att skicka just nu').waitFor();
    await thanked(page);
  }), 1);
  assert.equal(lost, 1);
  await page.context().close();
});

test('without network the answers stay on the page and go when it is back', async () => {
  const page = await open(browser, s.middle);

  await answerAll(page);
  const before = await chosen(page);
  await page.context().setOffline(true);
  assert.equal(await s.added(async () => {
    await send(page);
    await page.getByText('Det finns inget nät just nu').waitFor();
    assert.deepEqual(await chosen(page), before);
    await page.context().setOffline(false);
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('a busy server is asked again, not the pupil', async () => {
  const page = await open(browser, s.middle);
  let busy = 0;

  await page.route('**/*', (route) =>
    route.request().method() === 'POST' && busy++ < 1
      ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, body: '' })
      : route.continue());
  assert.equal(await s.added(async () => {
    await answerAll(page);
    await send(page);
    await page.getByText('Det gick inte att skicka just nu').waitFor();
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('without scripts: the reply is lost, the page is loaded again as the browser offers: once', async () => {
  const w = await wire(s.middle);
  const page = await open(browser, w.url, { javaScriptEnabled: false });

  await answerAll(page);
  assert.equal(await s.added(async () => {
    w.lose = true;
    await breaks(page, () => send(page));
    assert.ok(w.lost > 0);
  }), 1, 'saved, but nobody was told');
  w.lose = false;
  assert.equal(await s.added(async () => {
    await page.reload();
    await thanked(page);
  }), 0);
  await page.context().close();
  await w.close();
});

test('without scripts: an impatient finger, and "Tack" loaded again: once', async () => {
  const page = await open(browser, s.middle, { javaScriptEnabled: false });

  await answerAll(page);
  assert.equal(await s.added(async () => {
    await page.locator('#b').dblclick({ noWaitAfter: true });
    await thanked(page).catch(() => thanked(page)); // the browser gives up the first of two requests
    await page.reload();
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('without scripts: sent before and after the collector was started anew, and a reply that is lost in between: once', async () => {
  const other = await school();
  const w = await wire(other.middle);
  const page = await open(browser, w.url, { javaScriptEnabled: false });

  await answerAll(page);
  await other.collector.stop();
  const second = await Collector.start(other.made);
  w.to = second.port;
  w.lose = true;
  await breaks(page, () => send(page)); // saved by the second, whose reply is lost
  await second.kill();
  const third = await Collector.start(other.made);
  w.to = third.port;
  w.lose = false;
  assert.equal(await other.stored(), 1);
  await page.reload();
  await thanked(page);
  assert.equal(await other.stored(), 1);
  await page.context().close();
  await third.stop();
  await w.close();
  await other.close();
});

// A browser may be told to keep what was filled in over a reload; here it is told not to, as the next child would see it.
test('all on a page, without scripts, a reload in the middle is a fresh form, and what is then answered counts once', async () => {
  const page = await open(browser, s.middle, { javaScriptEnabled: false });
  const first = await key(page);

  await page.locator('fieldset:visible .o label').first().tap();
  await page.reload();
  assert.deepEqual(await chosen(page), {});
  assert.notEqual(await key(page), first);
  await answerAll(page);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('two tabs opened apart are two answers, as two children with one phone would be', async () => {
  const one = await open(browser, s.middle);
  const two = await one.context().newPage();

  await two.goto(s.middle);
  assert.notEqual(await one.locator('input[name=key]').inputValue(), await two.locator('input[name=key]').inputValue());
  assert.equal(await s.added(async () => {
    for (const page of [one, two]) {
      await page.bringToFront(); // a tab behind another is drawn once a second
      await answerAll(page);
      await send(page);
      await thanked(page);
    }
  }), 2);
  await one.context().close();
});

test('after Tack, "back" shows nobody the answers', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, s.middle, { javaScriptEnabled });

    await answerAll(page);
    await send(page);
    await thanked(page);
    await page.goBack();
    assert.equal(await page.locator('input:checked').count(), 0, `scripts: ${javaScriptEnabled}`);
    await page.context().close();
  }
});

test('Tack survives a reload without adding a response', async () => {
  const page = await open(browser, s.middle);

  assert.equal(await s.added(async () => {
    await answerAll(page);
    await send(page);
    await thanked(page);
    await page.reload();
    await thanked(page);
  }), 1);
  await page.context().close();
});

test('the other language is a link, kept to the end, without a cookie', async () => {
  const page = await open(browser, s.old);

  await page.getByRole('link', { name: 'English' }).tap();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await answerAll(page);
  await send(page);
  await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.deepEqual(await page.context().cookies(), []);
  assert.equal(await keptBy(page), 0);
  await page.context().close();
});

test('all on a page, without scripts, another language is a button that takes the answers along', async () => {
  const page = await open(browser, s.unitOld, { javaScriptEnabled: false });
  const values = () => page.locator('input:checked').evaluateAll((all) => all.map((e) => `${e.name} ${e.value}`));

  assert.equal(await page.getByRole('link', { name: 'English' }).count(), 0);
  await page.getByRole('radio', { name: '8B' }).tap();
  await page.locator('fieldset:visible .o label').last().tap();
  const given = await values();
  assert.equal(given.length, 2);
  for (const [name, lang] of [['English', 'en'], ['العربية', 'ar']]) {
    await page.getByRole('button', { name }).tap();
    await page.waitForURL(`**/*?lang=${lang}`);
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    assert.deepEqual(await values(), given);
  }
  assert.equal(await s.added(async () => {
    await send(page);
    await page.locator('.ask button').or(page.locator('#s0 .nav button')).first().tap();
    await page.waitForURL(/\/tack\?lang=ar/);
  }), 1);
  await page.context().close();
});

test('a full disk: nothing is thanked for, nothing is lost, and once there is room it is saved once', async () => {
  const other = await school({ mayFill: true });

  try {
    for (const [i, javaScriptEnabled] of [true, false].entries()) {
      const page = await open(browser, other.middle, { javaScriptEnabled });

      other.fill();
      const questions = await answerAll(page);
      await send(page);
      if (javaScriptEnabled) {
        await page.getByText('Dina svar finns kvar här på sidan').waitFor();
        assert.equal(Object.keys(await chosen(page)).length, questions);
        other.empty();
      } else {
        await page.getByRole('heading', { name: 'Dina svar är inte sparade än' }).waitFor();
        assert.equal(await page.locator('input[type=hidden]:not([name=key])').count(), questions);
        assert.equal(await other.stored(), i);
        await page.reload(); // sends them again
        await page.getByRole('heading', { name: 'Dina svar är inte sparade än' }).waitFor();
        assert.equal(await other.stored(), i);
        other.empty();
        await page.waitForTimeout(2500); // it looks for room once a second
        await page.getByRole('button', { name: 'Skicka igen' }).tap();
      }
      await thanked(page);
      assert.equal(await other.stored(), i + 1);
      await page.context().close();
    }
  } finally {
    await other.close();
  }
});

// Those that stand beside what the button led to.
const drawings = (page) => page.locator('.status svg:visible').evaluateAll((all) => all.map((e) => e.getAttribute('class')));

for (const javaScriptEnabled of [true, false])
  test(`most questions open: asked once, kindly, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    for (const url of [s.middle, s.young]) {
      const page = await open(browser, url, { javaScriptEnabled });
      const first = page.locator('fieldset').first();

      if (url === s.young) await goOn(page);
      await first.locator('.o label').nth(1).tap();
      while (!(await page.locator('#b').isVisible())) await goOn(page);
      assert.equal(await s.added(async () => {
        await send(page);
        await page.getByText('Det är okej att hoppa över').waitFor();
        if (javaScriptEnabled) assert.deepEqual(await drawings(page), ['asking']);
        // no drawing to tap stands there
        else assert.equal(await page.getByText('Tryck på den gubbe').count(), 0);
        assert.deepEqual(page.faults.filter((f) => !/422/.test(f)), []);
      }), 0);
      assert.equal(await first.locator('input:checked').getAttribute('value'), '2');
      assert.equal(await s.added(async () => {
        await page.getByRole('button', { name: 'Skicka som det är' }).tap();
        await thanked(page);
      }), 1);
      await page.context().close();
    }
  });

test('without scripts the page that asks is there again on the way back from "Tack"; sent again it counts once', async () => {
  const page = await open(browser, s.middle, { javaScriptEnabled: false });
  const asked = () => page.getByText('Det är okej att hoppa över').waitFor();
  const sendAsItIs = () => page.getByRole('button', { name: 'Skicka som det är' }).tap();

  await page.locator('.o label').nth(1).tap();
  await send(page);
  await asked();
  await page.reload();
  await asked();
  assert.equal(await s.added(async () => {
    for (let i = 0; i < 2; i++) {
      await sendAsItIs();
      await thanked(page);
      await page.goBack();
      await asked();
      assert.equal(await page.locator('.o input:checked').count(), 1);
    }
  }), 1);
  await page.context().close();
});

test('a question and waiting are told apart without reading: by a drawing, a frame and a colour', async () => {
  const page = await open(browser, `${s.young}#s11`);
  const box = page.locator('.status');
  const look = () => box.evaluate((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e).borderTopStyle]);

  assert.deepEqual(await drawings(page), []);
  await page.locator('#s1 .o input').first().evaluate((e) => e.click());
  await send(page);
  await page.getByText('Det är okej att hoppa över').waitFor();
  assert.deepEqual(await drawings(page), ['asking']);
  const asked = await look();
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Skicka som det är' }).tap();
  await page.getByText('Inte skickat än.').waitFor();
  assert.deepEqual(await drawings(page), ['waiting']);
  const waits = await look();
  for (const i of [0, 1]) assert.notEqual(waits[i], asked[i]);
  assert.deepEqual(await audit(page), []);
  await page.context().close();
});

test('one question at a time, asked before sending: back to the first that is open, wherever that is now', async () => {
  const page = await open(browser, `${s.young}#s11`);
  const tap = (n) => page.locator(`#s${n} .o input`).first().evaluate((e) => e.click());
  const end = () => page.evaluate(() => (location.hash = '#s11'));
  const back = (name) => page.locator('#s11').getByRole('link', { name, exact: true });

  assert.equal(await back('Tillbaka').getAttribute('href'), '#s10');
  for (const n of [1, 2, 4]) await tap(n);
  await send(page);
  await page.getByText('Gå tillbaka till frågorna').waitFor();
  await back('Till frågorna').tap();
  await page.locator('#s3').waitFor();
  await page.locator('#s3 .o label').first().tap();
  await end();
  assert.equal(await back('Till frågorna').getAttribute('href'), '#s5');
  for (const n of [5, 6, 7]) await tap(n);
  assert.equal(await back('Tillbaka').getAttribute('href'), '#s10'); // few are open now
  await page.getByRole('button', { name: 'Skicka mina svar' }).waitFor();
  await page.context().close();
});

test('who goes on answering after being asked sends as ever', async () => {
  const page = await open(browser, s.middle);

  await page.locator('fieldset').first().locator('.o label').nth(1).tap();
  await send(page);
  await page.getByRole('button', { name: 'Skicka som det är' }).waitFor();
  await answerAll(page);
  assert.equal(await page.getByText('Det är okej att hoppa över').count(), 0);
  assert.equal(await s.added(async () => {
    await page.getByRole('button', { name: 'Skicka mina svar' }).tap();
    await thanked(page);
  }), 1);
  await page.context().close();
});
