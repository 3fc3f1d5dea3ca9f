// Goal: one question at a time where no script runs: each step is a page of its own, that looks as it does with scripts; a
// reload and the way back lose nothing that was sent along, in a browser that keeps pages whole and in one that does not,
// and whatever is sent counts once. (By keyboard: every_form.test.mjs; axe, fingers, HTML: look.test.mjs, html.test.mjs.)
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answerAll, atSchool, audit, goOn, key, launch, loads, missed, open, send, spilled, thanked, width } from './browser.mjs';

const { browser, s } = await atSchool();
const N = 10; // questions

const noScripts = (url, options) => open(options?.browser ?? browser, url, { javaScriptEnabled: false, ...options });
const choose = (page, nth) => page.locator('.o label:visible').nth(nth).tap();
const chosen = (page) => page.locator('input:checked:visible').evaluateAll((all) => all.map((e) => e.value).join());
const title = async (page) => (await page.title()).split(' – ')[0];
// How many answers a page would send.
const carried = (page) => page.evaluate(() => [...new FormData(document.forms[0])].filter(([name]) => !['key', 'group', 'sure'].includes(name)).length);
const back = (page) => loads(page, () => page.goBack());

for (const keepsPages of [false, true])
  test(`from the beginning to "Tack", loaded again and gone back in each step, in a browser that ${keepsPages ? 'keeps pages whole' : 'keeps what it may'}`, async () => {
    const own = await launch({ keepsPages });
    const page = await noScripts(s.young, { browser: own });

    assert.equal(await page.getByRole('link', { name: 'Börja' }).count(), 0);
    await goOn(page);
    const first = await key(page);
    for (let n = 1; n <= N; n++) {
      assert.equal(await title(page), `Fråga ${n} av ${N}`);
      await choose(page, n % 3);
      await goOn(page);
      assert.equal(await carried(page), n);
      await loads(page, () => page.reload());
      assert.equal(await carried(page), n, `step ${n + 1}, loaded again`);
      await back(page); // the phone's own button
      assert.equal(await title(page), `Fråga ${n} av ${N}`);
      assert.equal(await chosen(page), `${(n % 3) + 1}`, `the answer to question ${n} is there again`);
      assert.equal(await key(page), first);
      await goOn(page);
      assert.equal(await carried(page), n);
    }
    assert.equal(await title(page), 'Nästan klart!');
    await loads(page, () => page.getByRole('button', { name: 'Tillbaka' }).tap());
    assert.equal(await chosen(page), `${(N % 3) + 1}`);
    await goOn(page);
    assert.equal(await s.added(async () => {
      await send(page);
      await thanked(page);
      await back(page);
      assert.equal(await title(page), 'Nästan klart!');
      await loads(page, () => page.reload());
      assert.deepEqual([await title(page), await carried(page), await key(page)], ['Nästan klart!', N, first]);
      await send(page);
      await thanked(page);
      await loads(page, () => page.reload());
      await thanked(page);
    }), 1);
    assert.deepEqual(page.faults, []);
    assert.deepEqual(await page.context().cookies(), []);
    await own.close();
  });

test('asked about open questions: on to the first that is open, back to the end, loaded again; asked once, counted once', async () => {
  const page = await noScripts(s.young);
  const end = async () => {
    while (!(await page.locator('#b').isVisible())) await goOn(page);
    await loads(page, () => send(page));
  };

  await goOn(page);
  await choose(page, 0);
  const first = await key(page);
  assert.equal(await s.added(async () => {
    await end();
    await page.getByText('Det är okej att hoppa över').waitFor();
    await loads(page, () => page.reload());
    await page.getByText('Det är okej att hoppa över').waitFor();
    await back(page);
    assert.equal(await title(page), 'Nästan klart!');
    await loads(page, () => page.goForward());
    await loads(page, () => page.getByRole('button', { name: 'Till frågorna' }).tap());
    assert.equal(await title(page), `Fråga 2 av ${N}`);
    await choose(page, 1);
  }), 0);
  assert.equal(await s.added(async () => {
    await end();
    await thanked(page);
    await back(page);
    assert.deepEqual([await title(page), await carried(page), await key(page)], ['Nästan klart!', 2, first]);
  }), 1);
  await page.context().close();
});

test('with nothing answered there is nothing to send again: the one way leads to the questions', async () => {
  const page = await noScripts(s.young);
  const buttons = page.locator('main .b:visible');

  await goOn(page);
  assert.equal(await s.added(async () => {
    while (!(await page.locator('#b').isVisible())) await goOn(page);
    await loads(page, () => send(page));
    await page.getByRole('alert').getByText('Svara på minst en fråga').waitFor();
  }), 0);
  assert.deepEqual(await buttons.allTextContents(), ['Till frågorna']);
  assert.doesNotMatch(await buttons.getAttribute('class'), /back/, 'as a way on looks');
  await loads(page, () => buttons.tap());
  assert.equal(await title(page), `Fråga 1 av ${N}`);
  await page.context().close();
});

test('a class is picked first, kept from step to step; another language stays on the step, answers and all', async () => {
  const page = await noScripts(s.unitYoung);
  const earlier = await s.storedByGroup();
  const begin = page.getByRole('button', { name: 'Börja' });

  assert.equal(await begin.isVisible(), false);
  await page.getByRole('radio', { name: '1A' }).tap();
  await goOn(page);
  await choose(page, 2);
  await goOn(page);
  await choose(page, 0);
  for (const [name, lang] of [['English', 'en'], ['العربية', 'ar'], ['Svenska', 'sv']]) {
    await loads(page, () => page.getByRole('button', { name }).tap());
    assert.deepEqual([await page.getAttribute('html', 'lang'), await chosen(page), await carried(page)], [lang, '1', 2]);
    assert.match(await page.locator('.n').innerText(), /2/);
  }
  await loads(page, () => page.getByRole('button', { name: 'Tillbaka' }).tap());
  await loads(page, () => page.getByRole('button', { name: 'Tillbaka' }).tap());
  assert.equal(await page.getByRole('radio', { name: '1A' }).isChecked(), true);
  while (!(await page.locator('#b').isVisible())) {
    if (await page.locator('.o label:visible').count() > 2) await choose(page, 1);
    await goOn(page);
  }
  await send(page);
  await thanked(page);
  assert.equal((await s.storedByGroup())['1A'], (earlier['1A'] ?? 0) + 1);
  await page.context().close();
});

test('in a browser that lets one begin without a class, the first screen comes back and says so', async () => {
  const page = await noScripts(s.unitYoung);

  await page.locator('#s0 .nav').evaluate((e) => e.style.setProperty('display', 'flex', 'important'));
  await goOn(page);
  await page.getByRole('alert').getByText('Välj i listan').waitFor();
  assert.doesNotMatch(await page.title(), /Inte skickat/);
  assert.equal(await page.getByRole('button', { name: 'Skicka mina svar' }).isVisible(), false);
  assert.equal(await width(page), 320);
  assert.deepEqual(await spilled(page), []);
  await page.getByRole('radio', { name: '2 Björken' }).tap();
  await goOn(page);
  assert.equal(await title(page), `Fråga 1 av ${N}`);
  await page.context().close();
});

test('a browser without styles has the whole form on the first page, where it is answered and sent', async () => {
  const page = await noScripts(s.young);

  await page.evaluate(() => document.querySelectorAll('style').forEach((e) => e.remove()));
  assert.equal(await page.locator('fieldset:visible').count(), N);
  await answerAll(page);
  assert.equal(await s.added(async () => {
    await send(page);
    await thanked(page);
  }), 1);
  await page.context().close();
});

// Where the parts of a step are on the screen, and how they are drawn.
const drawn = (page) => page.locator('.q:visible, .o label:visible, .u label:visible, .nav:visible .b:visible, legend:visible').evaluateAll((all) => all.map((e) => {
  const { x, y, width: w, height: h } = e.getBoundingClientRect();
  const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(e);
  return [e.textContent.trim(), x, y + scrollY, w, h, color, backgroundColor, fontSize, fontWeight].join('|');
}));

for (const [lang, colorScheme] of [['sv', 'light'], ['ar', 'dark']])
  test(`each step looks as it does with scripts, and is mirrored as they are; it fits (${lang}, ${colorScheme})`, async () => {
    for (const viewport of [{ width: 320, height: 568 }, { width: 390, height: 844 }, { width: 1280, height: 800 }]) {
      const [with_, without] = await Promise.all([true, false].map((javaScriptEnabled) =>
        open(browser, `${s.young}?lang=${lang}`, { javaScriptEnabled, viewport, colorScheme })));

      assert.deepEqual(await drawn(without), await drawn(with_), 'the first screen');
      for (let n = 1; n <= N; n++) {
        for (const page of [with_, without]) {
          await goOn(page);
          await choose(page, n % 3);
        }
        assert.deepEqual(await drawn(without), await drawn(with_), `step ${n}`);
        assert.equal(await width(without), viewport.width);
        assert.deepEqual(await spilled(without), []);
      }
      await goOn(without);
      assert.equal(await without.evaluate(() => document.documentElement.dir), lang === 'ar' ? 'rtl' : 'ltr');
      assert.deepEqual(await spilled(without), []);
      for (const page of [with_, without]) await page.context().close();
    }
  });

test('a page of a step is small, asks for nothing else, and its whole rows take a finger', async () => {
  const page = await noScripts(s.young, { viewport: { width: 320, height: 2000 } });
  const cdp = await page.context().newCDPSession(page);
  let bytes = 0;

  await cdp.send('Network.enable');
  cdp.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength));
  while (!(await page.locator('#b').isVisible())) {
    [page.requests.length, bytes] = [0, 0];
    await goOn(page);
    assert.deepEqual(page.requests, [`POST ${new URL(s.young).pathname}`]);
    assert.ok(bytes > 1000 && bytes < 8 * 1024, `${bytes} bytes`);
    assert.deepEqual(await missed(page), []);
    if (await page.locator('.o').count()) await choose(page, 0);
  }
  await page.context().close();
});

test('a step can be heard where its reader runs and the form’s script does not, and axe finds nothing in it', async () => {
  const page = await open(browser, 'about:blank');

  await page.addInitScript(() => {
    window.said = [];
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    Object.defineProperty(window, 'speechSynthesis', {
      value: { getVoices: () => [{ lang: 'sv-SE', localService: true }], speak: (u) => window.said.push(u.text), cancel() {} },
    });
  });
  await page.goto(s.young);
  await loads(page, () => page.locator('button.go').evaluate((e) => {
    e.hidden = false;
    HTMLFormElement.prototype.submit.call(Object.assign(e.form, { action: e.formAction }).appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name: 'steg', value: 1 })).form);
  }));
  assert.equal(await title(page), `Fråga 1 av ${N}`);
  await page.getByRole('button', { name: 'Lyssna' }).tap();
  assert.equal((await page.evaluate(() => window.said)).length, 5);
  assert.deepEqual(await audit(page), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
