// Goal: whoever can't read yet hears the beginning, each question with its options, the end and "Tack", in the page's
// language, by a voice of the device, and sees which option is being read; where there is no voice, no button promises it. The voices are made up here: what is said is written down.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atSchool, audit, open, width } from './browser.mjs';

const { browser, s } = await atSchool();

const SWEDISH = { name: 'Astrid', lang: 'sv-SE', localService: true };
const ENGLISH = { name: 'Amy', lang: 'en_GB', localService: true };
const FAR_AWAY = { name: 'Moln', lang: 'sv-SE', localService: false };

// A page on a device with these voices; `late`: they are known only after it has loaded. window.said: what was said;
// go() ends what is being said, finish() all of it.
async function listening(url, voices, { late = false, ...options } = {}) {
  const page = await open(browser, 'about:blank', options);

  await page.addInitScript(([all, wait]) => {
    let known = wait ? [] : all;
    const waiting = [];
    window.said = [];
    window.cancelled = 0;
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    const speech = {
      getVoices: () => known,
      speak(u) { window.said.push([u.text, u.voice.name, u.lang]); waiting.push(u); if (waiting.length === 1) u.onstart?.(); },
      cancel() { window.cancelled++; waiting.length = 0; },
    };
    Object.defineProperty(window, 'speechSynthesis', { value: speech });
    window.go = () => { waiting.shift().onend?.(); waiting[0]?.onstart?.(); }; // on to the next utterance
    window.finish = () => { for (const u of waiting.splice(0)) u.onend?.(); };
    window.arrive = () => { known = all; speech.onvoiceschanged?.(); speech.onvoiceschanged?.(); };
  }, [voices, late]);
  await page.goto(url);
  return page;
}
const buttons = (page, name = 'Lyssna') => page.getByRole('button', { name });

test('question and options are read in order, with their symbols’ words, and again when asked', async () => {
  const page = await listening(`${s.young}#s1`, [FAR_AWAY, ENGLISH, SWEDISH]);
  const card = page.locator('#s1');
  const expected = await card.evaluate((e) => {
    const legend = e.querySelector('legend').cloneNode(true);
    legend.querySelector('.n').remove();
    return [legend, ...e.querySelectorAll('.o .f, .u .f')].map((x) => [x.textContent.trim(), 'Astrid', 'sv-SE']);
  });

  assert.ok(expected.length >= 4 && expected.every(([text]) => text.length > 1));
  await buttons(page).tap();
  assert.deepEqual(await page.evaluate(() => window.said), expected);
  assert.equal(await buttons(page).getAttribute('aria-pressed'), 'true');
  await page.evaluate(() => window.finish());
  assert.equal(await buttons(page).getAttribute('aria-pressed'), 'false');
  await buttons(page).tap();
  assert.equal((await page.evaluate(() => window.said)).length, 2 * expected.length);
  assert.equal(await page.locator('input:checked').count(), 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

const texts = (page) => page.evaluate(() => window.said.splice(0).map(([text]) => text));

test('one who can not read hears the beginning, the end and "Tack", too, with their buttons', async () => {
  const page = await listening(s.young, [SWEDISH]);

  await buttons(page).tap();
  assert.deepEqual(await texts(page), [
    'Hur har du det i skolan?', 'Tryck på den gubbe som passar bäst för dig.',
    'Det finns inga rätt eller fel svar. Ditt namn är inte med. Du får hoppa över en fråga.', 'Börja',
  ]);
  const begin = await page.locator('a.go').boundingBox();
  assert.ok(begin.y + begin.height <= 480, `${begin.y + begin.height}`);
  const last = await page.locator('section.s').count() - 1;
  await page.goto(`${s.young}#s${last}`);
  await buttons(page).tap();
  assert.deepEqual(await texts(page), [
    'Nästan klart!', 'Tryck på knappen så skickas dina svar. Efter det går de inte att ändra.', 'Skicka mina svar', 'Tillbaka',
  ]);
  for (const [query, more] of [['', []], ['&delad=3', ['Nästa barn']]]) {
    await page.goto(`${s.young}/tack?sparat=1${query}`);
    await buttons(page).tap();
    const said = await texts(page);
    assert.equal(said[0], 'Tack!');
    assert.match(said[1], /^Skickat!/);
    assert.match(said[2], /116\s111/);
    assert.deepEqual(said.slice(3), more);
    assert.deepEqual(await audit(page), []);
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('which answer is being read is seen: marked in turn, by more than colour, in forced colours too', async () => {
  for (const options of [{}, { colorScheme: 'dark' }, { forcedColors: 'active' }]) {
    const page = await listening(`${s.young}#s1`, [SWEDISH], options);
    const heard = page.locator('.heard');

    await buttons(page).tap();
    const said = await texts(page);
    for (const text of said) {
      assert.equal(await heard.count(), 1);
      assert.equal((await heard.innerText()).split('\n').pop().trim(), text);
      const { line, width: thick, underline } = await heard.evaluate((e) => {
        const style = getComputedStyle(e);
        return { line: style.outlineStyle, width: parseFloat(style.outlineWidth), underline: style.textDecorationLine };
      });
      assert.deepEqual([line, underline], ['dashed', 'underline']);
      assert.ok(thick >= 3);
      assert.ok(await heard.evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight));
      await page.evaluate(() => window.go());
    }
    assert.equal(await heard.count(), 0);
    await buttons(page).tap();
    await buttons(page).tap();
    assert.equal(await heard.count(), 0);
    await page.context().close();
  }
});

test('it stops: by the same button, by another one, and when one goes on', async () => {
  const page = await listening(s.old, [SWEDISH]);
  const pressed = () => page.locator('.say[aria-pressed=true]').count();
  const cancelled = () => page.evaluate(() => window.cancelled);

  assert.equal(await buttons(page).count(), (await page.locator('fieldset').count()) + 2); // the beginning and the end
  await buttons(page).nth(0).tap();
  await buttons(page).nth(0).tap();
  assert.equal(await pressed(), 0);
  assert.ok(await cancelled() > 0);
  await buttons(page).nth(1).tap();
  const before_ = await cancelled();
  await buttons(page).nth(2).tap();
  assert.ok(await cancelled() > before_);
  assert.equal(await pressed(), 1);
  await page.context().close();

  const young = await listening(`${s.young}#s1`, [SWEDISH]);
  await buttons(young).tap();
  await young.getByRole('link', { name: 'Nästa' }).tap();
  await young.waitForFunction(() => window.cancelled === 1); // the address has changed a moment later
  assert.equal(await young.locator('.say[aria-pressed=true]').count(), 0);
  await young.context().close();
});

test('no button without a voice of the device in the page’s language', async () => {
  for (const voices of [[], [ENGLISH], [FAR_AWAY]]) {
    const page = await listening(s.old, voices);
    assert.equal(await buttons(page).count(), 0);
    await page.context().close();
  }
  const english = await listening(`${s.old}?lang=en`, [SWEDISH, ENGLISH]);
  await buttons(english, 'Listen').first().tap();
  assert.deepEqual((await english.evaluate(() => window.said))[0].slice(1), ['Amy', 'en_GB']);
  await english.context().close();
});

test('voices that come late bring the buttons, once', async () => {
  const page = await listening(s.old, [SWEDISH], { late: true });

  assert.equal(await buttons(page).count(), 0);
  await page.evaluate(() => window.arrive());
  assert.equal(await buttons(page).count(), (await page.locator('fieldset').count()) + 2);
  await page.context().close();
});

test('the button has its place: 44 pixels, nothing sideways, axe content, the question still fits a small phone', async () => {
  for (const colorScheme of ['light', 'dark'])
    for (const url of [`${s.young}#s1`, s.old]) {
      const page = await listening(url, [SWEDISH], { colorScheme });
      const box = await buttons(page).nth(url === s.old ? 1 : 0).boundingBox();

      assert.ok(box.height >= 44 && box.height < 60 && box.width >= 44, JSON.stringify(box));
      await buttons(page).first().tap();
      assert.equal(await width(page), 320);
      assert.deepEqual(await audit(page), []);
      if (url !== s.old)
        for (let i = 1; i <= (await page.locator('fieldset').count()); i++) {
          const top = await page.locator(`#s${i} fieldset`).boundingBox();
          const next = await page.locator(`#s${i} .nav a:last-child`).boundingBox();
          assert.ok(next.y + next.height - top.y <= 568, `question ${i}: ${next.y + next.height - top.y}`);
          await page.locator(`#s${i} .nav a:last-child`).tap();
        }
      await page.context().close();
    }
});
