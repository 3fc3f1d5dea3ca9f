// Goal: each form in each of its languages can be read and answered by everyone: on a small phone, a phone, a computer and
// enlarged to 400 %, with and without scripts, in light and dark, by keyboard alone and through a screen reader; and it
// comes in one request that nothing holds up.
//
// One page of the browser goes through all of them. Where every combination would only repeat itself they take turns:
// each form and each language meets each screen, both colour schemes, scripts and no scripts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { audit, chosen, launch, open, revealSteps, screens, spilled, width } from './browser.mjs';
import { everyForm, FORMS } from './school.mjs';

const SCREENS = {
  'a small phone': { width: 320, height: 568 },
  'a phone': { width: 390, height: 844 },
  'a computer': { width: 1280, height: 800 },
  'enlarged to 400 %': { width: 320, height: 200 }, // what is left of 1280 × 800
};
const LANGUAGES = ['sv', 'en', 'ar', 'so', 'uk', 'fi'];
const TEXT = Object.fromEntries(LANGUAGES.map((l) => [l, JSON.parse(readFileSync(`views/text/${l}.json`, 'utf8'))]));

let browser;
let s;
before(async () => {
  [browser, s] = await Promise.all([launch(), everyForm()]);
});
after(async () => {
  await browser?.close();
  await s?.close();
});

// Every form in every language; `turn` counts on, so that turn % 2 and the like mix both.
const pairs = FORMS.flatMap((form, f) =>
  form.languages.map((lang) => ({ form, lang, turn: f + LANGUAGES.indexOf(lang), name: `${form.id} in ${lang}` })));
const address = ({ form, lang }, links = s.links) => `${links[form.id]}?lang=${lang}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

test('the forms are all there: twelve, those for pupils and guardians in six languages', () => {
  assert.equal(FORMS.length, 12);
  for (const { id, audience, languages } of FORMS)
    assert.deepEqual(languages, audience === 'pupil' || audience === 'guardian' ? LANGUAGES : ['sv', 'en'], id);
  assert.equal(pairs.length, 64);
});

// What could hold the first picture up, by kind: all are to be 0.
const held = (page) => page.evaluate(() => ({
  fetched: performance.getEntriesByType('resource').length,
  // whatever could make the parser or the painting wait for a further file
  waits: document.querySelectorAll('script[src], link:not([rel=icon][href="data:,"]), img, iframe, object, embed, video, audio').length,
  styles: [...document.querySelectorAll('style')].filter((e) => /@import|@font-face|url\(/.test(e.textContent)).length,
  // the script stands behind all that is seen, so that it runs when that has been parsed
  before: [...document.scripts].filter((e) => e.nextElementSibling && !e.nextElementSibling.matches('input[type=hidden], script, template')).length,
}));

// How wide the page is at the widest of its steps; each is gone to as by its link.
const widest = (page) => page.locator('section').evaluateAll((all) => Math.max(...all.map((step) => {
  location.hash = step.id;
  return step.offsetHeight > 0 ? document.documentElement.scrollWidth : Infinity;
})));

for (const javaScriptEnabled of [true, false])
  test(`one request of at most 14 kB that nothing holds up; nothing sticks out of the screen or of its box, on any screen, at any step, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const page = await open(browser, 'about:blank', { javaScriptEnabled });
    const resize = await screens(page);
    const cdp = await page.context().newCDPSession(page);
    let bytes = 0;

    await cdp.send('Network.enable');
    cdp.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength));
    for (const pair of pairs) {
      [page.requests.length, bytes] = [0, 0];
      await page.goto(address(pair, pair.turn % 2 ? s.unitLinks : s.links));
      assert.deepEqual(page.requests, [`GET ${new URL(page.url()).pathname}`], pair.name);
      assert.deepEqual(await held(page), { fetched: 0, waits: 0, styles: 0, before: 0 }, pair.name);
      assert.ok(bytes > 2000 && bytes <= 14 * 1024, `${pair.name}: ${bytes} bytes`);
      assert.equal(await page.evaluate(() => document.documentElement.dir), TEXT[pair.lang].dir);
      for (const [screen, size] of Object.entries(SCREENS)) {
        if (screen === 'a small phone') continue; // as wide as what is left at 400 %
        if (!javaScriptEnabled && screen !== Object.keys(SCREENS)[1 + pair.turn % 3]) continue;
        await resize(size);
        assert.equal(await (pair.form.one ? widest(page) : width(page)), size.width, `${pair.name}, ${screen}`);
        if (pair.form.one) await revealSteps(page);
        assert.deepEqual(await spilled(page), [], `${pair.name}, ${screen}`);
        if (pair.form.one) await page.evaluate(() => (document.adoptedStyleSheets = []));
      }
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('one question at a time, the button that begins is seen on a small phone, below the browser’s own bars, and after it all that is said', async () => {
  const page = await open(browser, 'about:blank');

  for (const pair of pairs.filter(({ form }) => form.one)) {
    await page.goto(address(pair));
    const begin = await page.locator('a.go').boundingBox();
    const more = await page.locator('#s0 .more').boundingBox();

    assert.ok(begin.y + begin.height <= 480, `${pair.name}: ${begin.y + begin.height}`);
    assert.ok(more.y > begin.y + begin.height, pair.name);
  }
  await page.context().close();
});

test('on a computer short answers beside each other take two lines at most', async () => {
  const page = await open(browser, 'about:blank', { viewport: { width: 1280, height: 800 } });

  for (const pair of pairs.filter(({ form: { one, id }, lang }) => !one && lang === 'sv' && id !== 'sjalvskattning')) {
    await page.goto(address(pair));
    const lines = await page.locator('.wide .o .f').evaluateAll((all) => all.map((f) => {
      const range = new Range();
      range.selectNodeContents(f);
      return new Set([...range.getClientRects()].map((r) => r.top)).size;
    }));
    assert.ok(lines.length > 8 && Math.max(...lines) <= 2, `${pair.name}: ${lines}`);
  }
  await page.context().close();
});

// ---- by keyboard ----------------------------------------------------------------------------------------------

// What has the focus: its tag, its name or address, and whether that can be seen.
const focused = (page) => page.evaluate(() => {
  const e = document.activeElement;
  const shown = e.matches('input[type=radio]') ? e.nextElementSibling : e;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  return { tag: e.tagName, what: e.name || e.id || e.getAttribute('href'), seen: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 3 };
});

// Tab until the focus is on something that `wanted` is true of; all of it is seen.
async function tabTo(page, wanted) {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'BODY') continue; // the browser's own frame
    assert.ok(at.seen, `the focus on ${JSON.stringify(at)} can not be seen`);
    if (wanted(at)) return at;
  }
  throw new Error('the keyboard does not get there');
}

const tabToLink = (page, hash) => tabTo(page, ({ tag, what }) => tag === 'A' && what === hash);

// Space chooses the first option, the arrow the second.
async function chooseSecond(page) {
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
}

async function answerByKeyboard(page, { one }, questions) {
  if (one) {
    await tabToLink(page, '#s1');
    await page.keyboard.press('Enter');
  }
  for (let q = 1; q <= questions; q++) {
    const { what } = await tabTo(page, ({ tag }) => tag === 'INPUT');

    await chooseSecond(page);
    assert.equal((await chosen(page))[what], '2', `question ${q}`);
    if (!one) continue;
    await tabToLink(page, `#s${q + 1}`);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('section:visible').getAttribute('id'), `s${q + 1}`);
  }
  await tabTo(page, ({ what }) => what === 'b');
  assert.deepEqual(Object.values(await chosen(page)), Array(questions).fill('2'));
  await page.keyboard.press('Enter');
}

for (const javaScriptEnabled of [true, false])
  test(`each form from its beginning to "Tack" by keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const page = await open(browser, 'about:blank', { javaScriptEnabled, hasTouch: false });
    const earlier = await s.stored();

    for (const [f, form] of FORMS.entries()) {
      const lang = form.languages[(f + (javaScriptEnabled ? 0 : 3)) % form.languages.length];

      await page.setViewportSize(Object.values(SCREENS)[f % 4]);
      await page.goto(`${s.links[form.id]}?lang=${lang}`);
      await answerByKeyboard(page, form, form.questions(lang).length);
      await page.waitForURL(/\/tack\?/);
      assert.equal(await page.locator('h1').innerText(), TEXT[lang].thanks_title, `${form.id} in ${lang}`);
    }
    assert.equal((await s.stored()) - earlier, FORMS.length);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

// ---- as a screen reader is told --------------------------------------------------------------------------------

const TOLD = ['banner', 'navigation', 'main', 'contentinfo', 'heading', 'group', 'radio', 'button', 'link', 'textbox', 'status', 'progressbar', 'img'];

// The page in the order in which a screen reader goes through it: "role name" of all that it stops at.
async function tree(cdp) {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((n) => [n.nodeId, n]));
  const told = [];
  const walk = (n) => {
    const role = n.role?.value;
    if (!n.ignored && TOLD.includes(role)) told.push(`${role} ${n.name?.value ?? ''}`.trim());
    for (const id of n.childIds ?? []) if (byId.has(id)) walk(byId.get(id));
  };
  walk(nodes[0]);
  return told;
}

const around = (told, from, to) => told.slice(told.indexOf(from) + 1, told.indexOf(to));

// What each question should be told as.
function questionsTold({ form, lang }) {
  const questions = form.questions(lang);

  return questions.map(({ text, options }, i) => {
    const progress = fill(TEXT[lang].progress, { n: i + 1, total: questions.length });
    const name = `${progress} ${text}`;
    return [`group ${name}`, ...(form.one ? [`heading ${name}`] : []), ...options.map((o) => `radio ${o}`)];
  });
}

// What is wrong with what a screen reader is told of a page whose steps are all shown.
function checkTree(told, pair) {
  const text = TEXT[pair.lang];
  const others = pair.form.languages.filter((l) => l !== pair.lang).map((l) => `link ${TEXT[l].language_name}`);
  const wanted = questionsTold(pair).flat();
  // headings of parts, and the links between steps, stand between the questions; before the first, the title
  const [title, ...questions] = told.filter((line) => /^(group|radio)/.test(line) || (pair.form.one && /^heading/.test(line)));

  assert.deepEqual(told.slice(0, 4 + others.length),
    ['banner', `navigation ${text.languages}`, ...others, 'main', `heading ${pair.form.title(pair.lang)}`], pair.name);
  assert.deepEqual((pair.form.one ? questions : [title, ...questions]).slice(0, wanted.length), wanted, pair.name);
  assert.deepEqual(told.slice(told.indexOf('status')).filter((line) => !line.startsWith(`link ${text.back}`)), [
    'status', `button ${text.send}`, 'contentinfo',
    `link ${text.about_privacy} ${text.new_tab}`, `link ${text.about_accessibility} ${text.new_tab}`,
  ], pair.name);
  assert.deepEqual(told.filter((line) => /^(img|progressbar)/.test(line)), [], 'drawings say nothing beside their words');
}

// Of each form one language in light and the next in dark by all rules; in dark as it is when answers have been given.
for (const colorScheme of ['light', 'dark'])
  test(`a screen reader is told the place, the languages, each question with its options, and the button, in that order; axe finds nothing, and is in doubt about nothing, ${colorScheme}`, async () => {
    const page = await open(browser, 'about:blank', { colorScheme });
    const cdp = await page.context().newCDPSession(page);
    const resize = await screens(page);

    for (const pair of pairs) {
      const [f, l, n] = [FORMS.indexOf(pair.form), pair.form.languages.indexOf(pair.lang), pair.form.languages.length];
      if (l % 2 !== (colorScheme === 'light' ? 0 : 1)) continue;
      await resize(Object.values(SCREENS)[pair.turn % 3]);
      await page.goto(address(pair));
      await revealSteps(page);
      checkTree(await tree(cdp), pair);
      if (colorScheme === 'dark') await page.evaluate(() => document.querySelectorAll('fieldset').forEach((e) => e.querySelector('input').click()));
      assert.deepEqual(await audit(page, { look: l === f % n || l === (f + 1) % n }), [], pair.name);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('who picks a class is asked in words for them: the pupil, the guardian, the staff', async () => {
  const page = await open(browser, 'about:blank');

  for (const [id, text] of [['grundskola-4-6', 'pick_class'], ['vardnadshavare', 'pick_class_guardian'], ['personal', 'pick_class_staff'], ['sjalvskattning', 'pick_class_staff']])
    for (const lang of FORMS.find((f) => f.id === id).languages) {
      await page.goto(`${s.unitLinks[id]}?lang=${lang}`);
      assert.equal(await page.locator('.pick legend').innerText(), TEXT[lang][text]);
    }
  await page.context().close();
});

test('one question at a time, a screen reader is told just that one, and the two ways on', async () => {
  const page = await open(browser, 'about:blank');
  const cdp = await page.context().newCDPSession(page);

  for (const [f, form] of FORMS.filter(({ one }) => one).entries()) {
    const lang = LANGUAGES[f % LANGUAGES.length];
    const text = TEXT[lang];

    await page.goto(`${s.links[form.id]}?lang=${lang}`);
    await page.locator('a.go').tap();
    for (const question of questionsTold({ form, lang })) {
      assert.deepEqual(around(await tree(cdp), 'main', 'contentinfo'), [...question, `link ${text.back}`, `link ${text.next}`]);
      assert.equal(await page.evaluate(() => document.activeElement.contains(document.querySelector('section:target h1'))), true, 'reading goes on there');
      await page.locator('.nav:visible a:last-child').tap();
    }
    assert.deepEqual(around(await tree(cdp), 'main', 'contentinfo'),
      [`heading ${text.end_title}`, 'status', `button ${text.send}`, `link ${text.back}`]);
  }
  await page.context().close();
});
