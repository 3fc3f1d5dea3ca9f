// Goal: every page besides the forms on a first visit (those: every_form.test.mjs) can be read and used by everyone, too,
// whatever its status: small screens, 400 % zoom, light and dark, larger text, fingers, by the rules of WCAG 2.2 AA as
// axe checks them. And the forms look as they should: right to left, forced colours, on paper.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { workDir } from '../support/collector.mjs';
import { atSchool, audit, missed, moving, open, revealSteps, screens, spilled, TALL, width } from './browser.mjs';
import { everyPage } from './every_page.mjs';

// the pages as they were sent, in Swedish and in Arabic
const [{ browser, s }, pages] = await Promise.all([atSchool(), everyPage(['sv', 'ar'])]);

// Opens a page of the browser, and `look` at each of `some` in it, with just the head and body that the collector sent.
async function lookAt(some, look, options) {
  const page = await open(browser, 'about:blank', options);

  for (const shown of some) {
    const { 'content-length': _, ...headers } = shown.headers;
    await page.unrouteAll();
    await page.route('**/*', (route) => route.fulfill({ status: shown.status, headers, body: shown.body }));
    page.requests.length = 0;
    await page.goto(`${s.origin}/shown`);
    await look(page, shown);
  }
  await page.context().close();
  return page;
}

// In light and Swedish as one comes to the page, in dark and Arabic with answers given.
for (const [colorScheme, lang] of [['light', 'sv'], ['dark', 'ar']])
  test(`axe finds nothing, and is in doubt about nothing, ${colorScheme}`, async () => {
    await lookAt(pages.filter(({ name }) => name.endsWith(lang)), async (page, { name }) => {
      await revealSteps(page);
      if (lang === 'ar') await page.locator('fieldset').evaluateAll((all) => all.forEach((f) => f.querySelector('input').click()));
      assert.deepEqual(await audit(page), [], name);
    }, { colorScheme });
  });

const SIZES = {
  'a small phone': { width: 320, height: 568 },
  'a phone': { width: 390, height: 844 },
  'a tablet': { width: 768, height: 1024 },
  'a computer': { width: 1280, height: 800 },
  'a projector': { width: 1920, height: 1080 },
};
test('nothing moves, and nothing sticks out of the screen or of its box', () => lookAt(pages, async (page, { name }) => {
  const resize = await screens(page);

  await revealSteps(page);
  assert.deepEqual(await moving(page), [], name);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await resize(viewport);
    assert.equal(await width(page), viewport.width, `${name}, ${size}`);
    assert.deepEqual(await spilled(page), [], `${name}, ${size}`);
  }
}));

test('text may be twice as large, and spaced as WCAG 1.4.12 says, and still nothing is cut off', () => lookAt(pages, async (page, { name }) => {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html{font-size:225%!important}*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}' +
      '.one .s{display:block!important}');
    document.adoptedStyleSheets = [sheet];
  });
  const cut = await page.locator('.f, .b, h1, h2, p, legend').evaluateAll((all) =>
    all.filter((e) => e.clientHeight > 0 && e.scrollHeight > e.clientHeight + 4).map((e) => e.textContent.trim()));
  assert.deepEqual(cut, [], name);
}));

test('whatever is tapped is at least 44 pixels high and wide, and an answer takes the finger in its whole row', () => lookAt(pages, async (page, { name }) => {
  const resize = await screens(page);

  await resize({ width: 320, height: TALL });
  await revealSteps(page);
  await page.locator('fieldset').evaluateAll((all) => all.forEach((f) => f.querySelector('input').click()));
  assert.deepEqual(await missed(page), [], name);
}));

test('nothing is fetched from anywhere else, and the policy stops nothing of ours', async () => {
  const page = await lookAt(pages, (p, { name }) => assert.equal(p.requests.length, 1, `${name}: ${p.requests}`));
  assert.deepEqual(page.faults.filter((f) => !/status of [45]\d\d/.test(f)), []);
});

test('a question with drawings fits on a small phone with its buttons, in every language', async () => {
  const page = await open(browser, s.young);
  const languages = await page.locator('nav a').evaluateAll((all) => all.map((a) => a.href));

  assert.equal(languages.length, 5);
  for (const url of [s.young, ...languages]) {
    await page.goto(url);
    const heights = await page.locator('section:has(.q):has(.nav)').evaluateAll((all) =>
      all.map((step) => {
        location.hash = step.id;
        return step.querySelector('.nav a:last-child').getBoundingClientRect().bottom - step.querySelector('fieldset').getBoundingClientRect().top;
      }));
    assert.ok(heights.length >= 6);
    for (const [i, height] of heights.entries()) assert.ok(height > 100 && height <= 568, `${url}, question ${i + 1}: ${height}`);
  }
  await page.context().close();
});

// Where on the screen the words stand that an element holds, from the left: [[word, x], …]
const places = (locator, words) =>
  locator.evaluate((e, wanted) => {
    const text = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    const found = [];
    while (text.nextNode())
      for (const word of wanted) {
        const at = text.currentNode.data.indexOf(word);
        if (at < 0) continue;
        const range = new Range();
        range.setStart(text.currentNode, at);
        range.setEnd(text.currentNode, at + word.length);
        found.push([word, range.getBoundingClientRect().x]);
      }
    return found.sort((a, b) => a[1] - b[1]).map(([word]) => word);
  }, words);

test('Arabic is read from the right, and numbers and Swedish names in it from the left', async () => {
  const page = await open(browser, `${s.young}?lang=ar#s3`);
  const x = async (selector) => (await page.locator(`#s3 ${selector}`).boundingBox()).x;

  assert.equal(await page.locator('#s3 .n').textContent(), 'السؤال 3 من 10');
  assert.deepEqual(await places(page.locator('#s3 .n'), ['السؤال', '3', '10']), ['10', '3', 'السؤال']);
  assert.match(await page.locator('#s3 legend').textContent(), /؟$/);
  assert.ok((await x('.nav a:last-child')) < (await x('.nav .back')), 'next stands left of back');
  assert.ok((await x('.o label:nth-child(3)')) < (await x('.o label:nth-child(1)')), 'the first answer stands to the right');
  assert.deepEqual(await page.locator('nav a').evaluateAll((all) => all.map((a) => `${a.lang} ${a.textContent}`)),
    ['sv Svenska', 'en English', 'so Soomaali', 'uk Українська', 'fi Suomi']);

  await page.goto(`${s.unitYoung}?lang=ar`);
  const named = page.locator('.pick label', { hasText: 'Björken' });
  assert.deepEqual(await places(named, ['2', 'Björken']), ['2', 'Björken']);
  const radio = await named.locator('input').boundingBox();
  const label = await named.boundingBox();
  assert.ok(radio.x > label.x + label.width / 2, 'the mark stands to the right');

  await page.goto(`${s.old}/tack?lang=ar&sparat=1`);
  assert.deepEqual(await places(page.locator('.box'), ['116', '111']), ['116', '111']);
  await page.context().close();
});

test('the language goes along from page to page, without a cookie', async () => {
  const page = await open(browser, `${s.origin}/?lang=ar`);
  const code = new URL(s.young).pathname.slice(1);
  const language = () => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir].join());
  const type = async (text, leadsTo) => {
    await page.locator('#code').fill(text);
    await page.locator('.code button').tap();
    await page.waitForURL(leadsTo);
  };

  await type('AAAAAAAA', /code=AAAAAAAA/);
  assert.match(await page.locator('main').innerText(), /AAAAAAAA/);
  assert.equal(await language(), 'ar,rtl');
  await type(code.toLowerCase(), `**/${code}?lang=ar`);
  assert.equal(await language(), 'ar,rtl');
  // On a form the two pages open apart.
  const [about] = await Promise.all([page.context().waitForEvent('page'), page.locator('.about-links a').first().tap()]);
  for (const [link, path, lang] of [
    [null, 'integritet', 'ar'], ['footer a >> nth=1', 'tillganglighet', 'ar'], ['nav a[lang=uk]', 'tillganglighet', 'uk'],
    ['footer a >> nth=0', 'integritet', 'uk'],
  ]) {
    if (link) await about.locator(link).tap();
    await about.waitForURL(`**/${path}?lang=${lang}`);
    assert.equal(await about.getAttribute('html', 'lang'), lang);
  }
  await page.goto(`${s.young}/tack?lang=uk&sparat=1&delad=4`);
  const thanks = await page.locator('h1').innerText();
  await page.locator('nav a[lang=so]').tap();
  await page.waitForURL('**/tack?lang=so&sparat=1&delad=4');
  assert.notEqual(await page.locator('h1').innerText(), thanks);
  assert.match(await page.locator('.count').innerText(), /4$/);
  await page.locator('footer a').last().tap();
  await page.waitForURL(/tillganglighet\?lang=so$/);
  assert.equal(await page.getAttribute('html', 'lang'), 'so');
  assert.deepEqual(await page.context().cookies(), []);
  await page.context().close();
});

// How far two colours are apart, as WCAG counts it; the darkest of all is 1, the lightest 21 times it.
function contrast(one, other) {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  return Math.max(light(one), light(other)) / Math.min(light(one), light(other));
}

// Of an element {edge, focus: the colours of its border and of its outline, ground: of what it stands on, own: of what it has
// within}.
const colours = (locator) => locator.evaluate((e) => {
  const clear = (c) => /, 0\)$/.test(c);
  const { borderTopColor: edge, outlineColor: focus, backgroundColor: own } = getComputedStyle(e);
  let below = e.parentElement;
  while (clear(getComputedStyle(below).backgroundColor)) below = below.parentElement;
  const ground = getComputedStyle(below).backgroundColor;
  return { edge, focus, ground, own: clear(own) ? ground : own };
});

for (const colorScheme of ['light', 'dark'])
  test(`a page that is ${colorScheme}, and on it the edges of what is tapped, what is chosen and the focus stand out`, async () => {
    for (const url of [s.old, `${s.young}#s1`]) {
      const page = await open(browser, url, { colorScheme, hasTouch: false });
      const label = page.locator('fieldset:visible .o label').first();
      const face = label.locator('.f');
      const far = (one, other, what) => assert.ok(contrast(one, other) >= 3, `${what}: ${one} on ${other}`);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);

      assert.ok(contrast(paper, 'rgb(0, 0, 0)') > 15 === (colorScheme === 'light') && contrast(paper, 'rgb(255, 255, 255)') > 15 === (colorScheme === 'dark'), paper);
      const free = await colours(face);
      far(free.edge, free.ground, 'the edge of an answer');
      await label.locator('input').focus();
      await page.keyboard.press('Space');
      const chosen = await colours(face);
      far(chosen.edge, chosen.ground, 'the edge of the chosen answer');
      far(chosen.focus, chosen.ground, 'the focus on an answer');
      for (const button of await page.locator('.b:visible').all()) {
        await button.focus();
        await page.keyboard.press('Shift'); // by keyboard
        const { edge, focus, ground } = await colours(button);
        far(edge, ground, 'the edge of a button');
        far(focus, ground, 'the focus on a button');
      }
      await page.context().close();
    }
  });

test('what is chosen is seen without colour, and in forced colours', async () => {
  for (const forcedColors of ['none', 'active'])
    for (const url of [s.old, `${s.young}#s1`]) {
      const page = await open(browser, url, { forcedColors });
      const label = page.locator('fieldset:visible .o label').first();
      const look = () => label.locator('.f').evaluate((e) => {
        const f = getComputedStyle(e);
        return [f.borderTopWidth, f.boxShadow, getComputedStyle(e, '::after').content, f.fontWeight].join();
      });
      const free = await look();

      await label.tap();
      assert.notEqual(await look(), free);
      await page.context().close();
    }
});

test('in forced colours everything takes the device’s: edges and drawings stand out, none of ours is left but the progress', async () => {
  for (const colorScheme of ['light', 'dark'])
    for (const url of [s.old, `${s.young}#s1`]) {
      const page = await open(browser, url, { forcedColors: 'active', colorScheme });
      const seen = await page.evaluate(() => {
        // each of the device's colours, as it is computed
        const device = new Set(['Canvas', 'CanvasText', 'ButtonText', 'ButtonFace', 'ButtonBorder', 'Highlight', 'HighlightText', 'LinkText', 'GrayText', 'Field', 'FieldText'].map((name) => {
          document.body.style.color = name;
          const { color } = getComputedStyle(document.body);
          document.body.style.color = '';
          return color;
        }));
        const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
        const canvas = getComputedStyle(document.documentElement).backgroundColor;
        return {
          colours: [...new Set(shown('main *:not(progress):not(use):not(svg *)').flatMap((e) => {
            const { color, borderTopColor, borderTopWidth } = getComputedStyle(e);
            return borderTopWidth === '0px' ? [color] : [color, borderTopColor];
          }))].filter((c) => !device.has(c)),
          edges: shown('.o .f, .u .f, .b').filter((e) => {
            const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(e);
            return parseFloat(borderTopWidth) < 1 || [canvas, backgroundColor].includes(borderTopColor);
          }).map((e) => e.textContent),
          drawings: shown('.o svg').map((e) => getComputedStyle(e)).filter(({ color, width }) => color === canvas || parseFloat(width) < 30).length,
        };
      });
      assert.deepEqual(seen, { colours: [], edges: [], drawings: 0 });
      await page.context().close();
    }
});

test('in forced colours the tick of a chosen drawing is a mark of its own and takes no bite of the frame', async () => {
  const page = await open(browser, `${s.young}#s1`, { forcedColors: 'active' });

  await page.locator('fieldset:visible .o label').first().tap();
  const [tick, frame] = await page.locator('input:checked + .f').evaluate((e) =>
    [getComputedStyle(e, '::after').backgroundColor, getComputedStyle(e).borderTopColor]);
  assert.equal(tick, frame);
  await page.context().close();
});

test('a class on a line of its own begins where the unit’s name does', async () => {
  const page = await open(browser, s.old);

  await page.locator('.place bdi').evaluate((e) => (e.textContent = 'Blåsipporna'));
  for (const name of ['Björkskolan', 'Solgårdens skola i Västerby']) {
    await page.locator('.place strong').evaluate((e, text) => (e.textContent = text), name);
    const [unit, group] = await page.locator('.place > *').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().toJSON()));
    if (name === 'Björkskolan') assert.ok(group.left > unit.right + 4 && group.top < unit.bottom);
    else assert.ok(group.left === unit.left && group.top >= unit.bottom - 1, JSON.stringify([unit, group]));
  }
  await page.context().close();
});

test('the languages stand in the same order on every page', async () => {
  const page = await open(browser, s.young);
  const languages = () => page.locator('nav a').evaluateAll((all) => all.map((a) => a.lang));
  const order = await languages();

  assert.deepEqual(order, ['en', 'ar', 'so', 'uk', 'fi']);
  for (const path of ['/', '/integritet', '/tillganglighet', '/AAAAAAAA', `${new URL(s.young).pathname}/tack?sparat=1`]) {
    await page.goto(`${s.origin}${path}`);
    assert.deepEqual(await languages(), order, path);
  }
  await page.context().close();
});

test('on paper every question is whole and can be answered by pen: from a phone, by scripts or not, in dark too', async () => {
  const work = workDir();

  for (const url of [s.young, s.old])
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(browser, url, { javaScriptEnabled, colorScheme: 'dark' });
      const asked = await page.locator('fieldset').evaluateAll((all) => all.map((f) =>
        [f.querySelector('legend').textContent.replace(/\s+/g, ''), ...[...f.querySelectorAll('.o .f, .u .f')].flatMap((e) => e.textContent.trim().split(/\s+/))]));
      const pdf = join(work.dir, 'page.pdf');

      writeFileSync(pdf, await page.pdf({ format: 'A4' }));
      const sheets = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).split('\f').map((text) => text.replace(/\s+/g, ''));
      for (const [question, ...words] of asked) { // the words of its answers, which may stand beside each other
        const sheet = sheets.find((text) => text.includes(question));
        assert.ok(sheet, question);
        const after = sheet.slice(sheet.indexOf(question) + question.length);
        // before the next question, so on the same sheet
        for (const word of words) assert.ok(after.split(/Fråga\d+av/)[0].includes(word), `${question}: ${word}`);
      }
      assert.doesNotMatch(sheets.join(''), /Tabortsvaret|Tryckpåknappen|Skickaminasvar/, 'what can not be done on paper');
      await page.emulateMedia({ media: 'print' });
      const inks = await page.evaluate(() => [...new Set([...document.querySelectorAll('header *, main *')].filter((e) => e.checkVisibility()).map((e) => getComputedStyle(e).color))]);
      for (const ink of inks) assert.ok(contrast(ink, 'rgb(255, 255, 255)') >= 4.5, `${ink} on paper`);
      await page.context().close();
    }
  work.remove();
});
