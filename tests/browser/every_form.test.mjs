// Goal: each form in each of its languages can be read and answered by everyone: on a small phone, a phone, a computer and
// enlarged to 400 %, with and without scripts, in light and dark, by keyboard alone and through a screen reader; and it
// comes in one request that nothing holds up.
//
// One page of the browser goes through all of them. Where every combination would only repeat itself they take turns:
// each form and each language meets each screen, both colour schemes, scripts and no scripts. Fingers are measured, and
// what moves is looked for, in every combination of form, language and screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { answerAll, atSchool, audit, chosen, loads, missed, moving, open, revealSteps, screens, spilled, TALL, width } from './browser.mjs';
import { everyForm, FORMS } from './school.mjs';
import { heaviest, load } from './slow_phone.mjs';

const SCREENS = {
  'a small phone': { width: 320, height: 568 },
  'a phone': { width: 390, height: 844 },
  'a computer': { width: 1280, height: 800 },
  'a projector': { width: 1920, height: 1080 },
  'enlarged to 400 %': { width: 320, height: 200 }, // what is left of 1280 × 800
};
const LANGUAGES = ['sv', 'en', 'ar', 'so', 'uk', 'fi'];
const TEXT = Object.fromEntries(LANGUAGES.map((l) => [l, JSON.parse(readFileSync(`views/text/${l}.json`, 'utf8'))]));

const { browser, s } = await atSchool({ make: everyForm });

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

test('those who can not read yet are asked six to ten questions, one at a time, each with three drawings beside its words', async () => {
  const page = await open(browser, 'about:blank');
  const young = FORMS.filter(({ one }) => one).map(({ id }) => id);

  assert.deepEqual(young, ['anpassad-grundskola', 'anpassad-gymnasieskola', 'forskola', 'forskoleklass-3', 'fritidshem']);
  for (const id of young) {
    await page.goto(s.links[id]);
    await revealSteps(page);
    // of each answer: which drawing it has, how large that is drawn, how much is written beside it
    const drawn = await page.locator('fieldset').evaluateAll((all) => all.map((f) => [...f.querySelectorAll('.o label')].map((answer) => {
      const use = answer.querySelector('use');
      const { width, height } = use.getBoundingClientRect();
      return { what: use.getAttribute('href'), size: Math.min(width, height), words: answer.textContent.trim().length };
    })));
    assert.ok(drawn.length >= 6 && drawn.length <= 10, `${id}: ${drawn.length} questions`);
    for (const answers of drawn) {
      assert.equal(new Set(answers.map(({ what }) => what)).size, 3, id);
      for (const { size, words } of answers) assert.ok(answers.length === 3 && size >= 30 && words >= 2, `${id}: ${JSON.stringify(answers)}`);
    }
  }
  await page.context().close();
});

test('staff and leaders assess themselves in six areas, by criteria of five described levels each', async () => {
  const page = await open(browser, 'about:blank');
  const areas = {
    sv: ['Mål och prioriteringar', 'Arbetssätt', 'Kompetensförsörjning och utveckling', 'Ledning', 'Organisation och resursallokering', 'Kultur och attityder'],
    en: ['Goals and priorities', 'Ways of working', 'Competence and development', 'Leadership', 'Organisation and allocation of resources', 'Culture and attitudes'],
  };

  for (const [lang, wanted] of Object.entries(areas)) {
    await page.goto(`${s.links.sjalvskattning}?lang=${lang}`);
    assert.deepEqual(await page.locator('.part').allInnerTexts(), wanted);
    const criteria = await page.locator('fieldset').evaluateAll((all) =>
      all.map((f) => [...f.querySelectorAll('.o .f')].map((level) => level.textContent.trim().split(' – '))));
    assert.ok(criteria.length >= 6);
    for (const levels of criteria) {
      assert.deepEqual(levels.map(([name]) => name), ['Poor', 'Fair', 'Good', 'Great', 'Excellent']);
      for (const [name, description] of levels) assert.ok(description?.length > 15, `${name}: ${description}`);
      assert.equal(new Set(levels.map(([, description]) => description)).size, 5);
    }
  }
  await page.context().close();
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
  test(`one request of at most 14 kB that nothing holds up; nothing sticks out of the screen or of its box, on any screen, at any step${javaScriptEnabled ? '; nothing moves or is too small for a finger' : ''}, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
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
      if (javaScriptEnabled) assert.deepEqual(await moving(page), [], pair.name);
      for (const [screen, size] of Object.entries(SCREENS)) {
        if (screen === 'a small phone') continue; // as wide as what is left at 400 %
        if (!javaScriptEnabled && screen !== Object.keys(SCREENS)[1 + pair.turn % 4]) continue;
        if (screen === 'a projector' && pair.lang !== LANGUAGES[pair.turn % 2]) continue; // wide and tall: all fits
        await resize({ ...size, height: TALL });
        assert.equal(await (pair.form.one ? widest(page) : width(page)), size.width, `${pair.name}, ${screen}`);
        if (pair.form.one) await revealSteps(page);
        assert.deepEqual(await spilled(page), [], `${pair.name}, ${screen}`);
        if (javaScriptEnabled) assert.deepEqual(await missed(page), [], `${pair.name}, ${screen}`);
        if (pair.form.one) await page.evaluate(() => (document.adoptedStyleSheets = []));
      }
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

// Others may be busy on this machine: of some loads one must do it. (`make bench` has the figures for every language.)
test('an old phone on bad Wi-Fi shows the heaviest form of each kind within a second', async () => {
  for (const one of [true, false]) {
    const forms = FORMS.filter((form) => form.one === one);
    const each = await Promise.all(LANGUAGES.map((lang) => heaviest(s, forms, lang)));
    const { url, bytes } = each.reduce((a, b) => (a.bytes > b.bytes ? a : b));
    const seen = [];

    while (seen.length < 6 && !seen.some(({ fcp }) => fcp < 1000)) seen.push(await load(browser, url));
    assert.ok(seen.some(({ fcp }) => fcp < 1000), `${url}: ${JSON.stringify(seen)}`);
    for (const { arrived } of seen) assert.ok(arrived >= 0.95 * (400 + bytes / 50), `the network is slow: ${bytes} bytes in ${arrived} ms`);
  }
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
  const step = e.name === 'steg' && `#s${e.value}`; // a page of its own where no script runs
  return { tag: e.tagName, what: step || e.name || e.id || e.getAttribute('href'), seen: outlineStyle === 'solid' && parseFloat(outlineWidth) >= 3 };
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

async function toStep(page, n, scripts) {
  await tabTo(page, ({ tag, what }) => tag === (scripts ? 'A' : 'BUTTON') && what === `#s${n}`);
  if (scripts) await page.keyboard.press('Enter');
  else await loads(page, () => page.keyboard.press('Enter'));
  assert.equal(await page.locator('section:visible').count(), 1);
}

// Space chooses the first option, the arrow the second.
async function chooseSecond(page) {
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
}

async function answerByKeyboard(page, { one }, { questions, picks, scripts }) {
  if (picks) {
    const { what } = await tabTo(page, ({ tag }) => tag === 'INPUT');

    assert.equal(what, 'group');
    await page.keyboard.press('Space');
  }
  if (one) await toStep(page, 1, scripts);
  for (let q = 1; q <= questions; q++) {
    const { what } = await tabTo(page, ({ tag }) => tag === 'INPUT');

    await chooseSecond(page);
    assert.equal((await chosen(page))[what], '2', `question ${q}`);
    if (one) await toStep(page, q + 1, scripts);
  }
  await tabTo(page, ({ what }) => what === 'b');
  const { group, ...answers } = await chosen(page);
  assert.equal(group !== undefined, picks);
  assert.deepEqual(Object.values(answers), Array(questions).fill('2'));
  await page.keyboard.press('Enter');
}

for (const javaScriptEnabled of [true, false])
  test(`each form from its beginning to "Tack" by keyboard alone, in the device's colours too, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const page = await open(browser, 'about:blank', { javaScriptEnabled, hasTouch: false });
    const earlier = await s.stored();

    for (const [f, form] of FORMS.entries()) {
      const lang = form.languages[(f + (javaScriptEnabled ? 0 : 3)) % form.languages.length];

      const picks = f % 2 === (javaScriptEnabled ? 0 : 1);

      await page.setViewportSize(Object.values(SCREENS)[f % 5]);
      await page.emulateMedia({ forcedColors: picks ? 'active' : 'none', colorScheme: f % 4 < 2 ? 'light' : 'dark' });
      await page.goto(`${(picks ? s.unitLinks : s.links)[form.id]}?lang=${lang}`);
      await answerByKeyboard(page, form, { questions: form.questions(lang).length, picks, scripts: javaScriptEnabled });
      await page.waitForURL(/\/tack\?/);
      assert.equal(await page.locator('h1').innerText(), TEXT[lang].thanks_title, `${form.id} in ${lang}`);
    }
    assert.equal((await s.stored()) - earlier, FORMS.length);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

// ---- as a screen reader is told --------------------------------------------------------------------------------

const TOLD = ['banner', 'navigation', 'main', 'contentinfo', 'heading', 'group', 'radio', 'button', 'link', 'textbox', 'status', 'progressbar', 'img'];

// The page in the order in which a screen reader goes through it: {told: "role name" of all that it stops at, place: the
// words at the top, that say where one is}.
async function tree(cdp) {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((n) => [n.nodeId, n]));
  const told = [];
  let place = '';
  const walk = (n, within) => {
    const role = n.role?.value;
    if (within === 'banner' && role === 'StaticText') place += ` ${n.name.value}`;
    if (!n.ignored && TOLD.includes(role)) told.push(`${role} ${n.name?.value ?? ''}`.trim());
    for (const id of n.childIds ?? []) if (byId.has(id)) walk(byId.get(id), ['banner', 'navigation', 'main'].includes(role) ? role : within);
  };
  walk(nodes[0]);
  return { told, place: place.trim() };
}

test('what is chosen keeps its name: the tick on it is for the eye', async () => {
  const form = FORMS.find(({ id }) => id === 'forskoleklass-3');
  const page = await open(browser, `${s.links[form.id]}#s1`);
  const cdp = await page.context().newCDPSession(page);
  const names = async () => (await tree(cdp)).told.filter((line) => line.startsWith('radio '));

  const free = await names();
  assert.ok(free.length >= 3);
  await page.locator('#s1 .o label').first().tap();
  assert.deepEqual((await names()).slice(0, 3), free.slice(0, 3));
  await page.context().close();
});

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
function checkTree({ told, place }, pair) {
  const text = TEXT[pair.lang];
  const others = pair.form.languages.filter((l) => l !== pair.lang).map((l) => `${pair.scripts === false ? 'button' : 'link'} ${TEXT[l].language_name}`);
  const wanted = questionsTold(pair).flat();
  // headings of parts, and the links between steps, stand between the questions; before the first, the title
  const [title, ...questions] = told.filter((line) => /^(group|radio)/.test(line) || (pair.form.one && /^heading/.test(line)));

  assert.match(place, new RegExp(`^${s.places[pair.form.id].join('\\s+')}$`), pair.name);
  assert.deepEqual(told.slice(0, 4 + others.length),
    ['banner', `navigation ${text.languages}`, ...others, 'main', `heading ${pair.form.title(pair.lang)}`], pair.name);
  assert.deepEqual((pair.form.one ? questions : [title, ...questions]).slice(0, wanted.length), wanted, pair.name);
  assert.deepEqual(told.slice(told.indexOf('status')).filter((line) => !line.startsWith(`link ${text.back}`)), [
    'status', `button ${text.send}`, 'contentinfo',
    `link ${text.about_privacy} ${text.new_tab}`, `link ${text.about_accessibility} ${text.new_tab}`,
  ], pair.name);
  assert.deepEqual(told.filter((line) => /^(img|progressbar)/.test(line)), [], 'drawings say nothing beside their words');
}

// Each form six times, in all its languages: on each screen with scripts and without, in both colour schemes on each screen
// and with and without scripts. All rules once in light and once in dark; in dark as it is when answers have been given.
const visits = FORMS.flatMap((form, f) => Array.from({ length: 6 }, (_, k) => {
  const lang = form.languages[(k + f) % form.languages.length];

  return {
    form, lang, scripts: k < 3, colorScheme: ['light', 'dark'][k % 2], look: k === f % 6 || k === (f + 1) % 6,
    screen: Object.keys(SCREENS)[k % 3], name: `${form.id} in ${lang}`,
  };
}));

// The page as it is where its script does not run. (Where nothing runs, neither does axe.)
const withoutScript = (page) => page.route('**/*', async (route) => {
  const reply = await route.fetch();
  await route.fulfill({ response: reply, body: (await reply.text()).replace(/<script>.*?<\/script>/gs, '') });
});

test('each form in each language is looked at, on each screen, with and without scripts, in light and dark', () => {
  const met = (...of) => new Set(visits.map((v) => of.map((name) => v[name].id ?? v[name]).join())).size;

  assert.equal(met('form', 'lang'), pairs.length);
  assert.equal(met('form', 'screen', 'scripts'), 12 * 3 * 2);
  assert.equal(met('form', 'screen', 'colorScheme'), 12 * 3 * 2);
  assert.equal(met('form', 'scripts', 'colorScheme'), 12 * 2 * 2);
  assert.equal(met('lang', 'screen', 'scripts', 'colorScheme'), 6 * 6);
  assert.equal(new Set(visits.filter(({ look }) => look).map((v) => v.form.id + v.colorScheme)).size, 12 * 2);
});

for (const colorScheme of ['light', 'dark'])
  for (const scripts of [true, false])
    test(`a screen reader is told the place, the languages, each question with its options, and the button, in that order; axe finds nothing, and is in doubt about nothing, ${colorScheme}, ${scripts ? 'with' : 'without'} scripts`, async () => {
      const page = await open(browser, 'about:blank', { colorScheme });
      const cdp = await page.context().newCDPSession(page);
      const resize = await screens(page);

      if (!scripts) await withoutScript(page);
      for (const visit of visits.filter((v) => v.scripts === scripts && v.colorScheme === colorScheme)) {
        await resize(SCREENS[visit.screen]);
        await page.goto(address(visit));
        assert.equal(await page.locator('script').count(), scripts ? 2 : 0);
        await revealSteps(page);
        checkTree(await tree(cdp), visit);
        if (colorScheme === 'dark') await answerAll(page, 0);
        assert.deepEqual(await audit(page, visit), [], visit.name);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });

test('who picks a class is asked in words for them: the pupil, the guardian, the staff', async () => {
  const page = await open(browser, 'about:blank');

  for (const [id, text] of [['grundskola-7-9', 'pick_class'], ['forskola', 'pick_department'], ['fritidshem', 'pick_group'], ['vardnadshavare', 'pick_group_guardian'], ['personal', 'pick_group_staff'], ['sjalvskattning', 'pick_group_staff']])
    for (const lang of FORMS.find((f) => f.id === id).languages) {
      await page.goto(`${s.unitLinks[id]}?lang=${lang}`);
      assert.equal(await page.locator('.pick legend').innerText(), TEXT[lang][text]);
    }
  await page.context().close();
});

test('"Tack" tells a child of Bris, which is for those under 18, and an adult of 1177 and 112', async () => {
  const page = await open(browser, `${s.links.forskola}/tack?sparat=1`);

  assert.match(await page.locator('main').innerText(), /116\s111/);
  await page.goto(`${s.links.vuxenutbildning}/tack?sparat=1`);
  assert.match(await page.locator('main').innerText(), /1177.* 112/);
  assert.doesNotMatch(await page.locator('main').innerText(), /Bris|vuxen/);
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
      assert.deepEqual(around((await tree(cdp)).told, 'main', 'contentinfo'), [...question, `link ${text.back}`, `link ${text.next}`]);
      assert.equal(await page.evaluate(() => document.activeElement.contains(document.querySelector('section:target h1'))), true, 'reading goes on there');
      await page.locator('.nav:visible a:last-child').tap();
    }
    assert.deepEqual(around((await tree(cdp)).told, 'main', 'contentinfo'),
      [`heading ${text.end_title}`, 'status', `button ${text.send}`, `link ${text.back}`]);
  }
  await page.context().close();
});
