// Goal: a previewed form is opened as a file, without a network, and is the very page that a phone gets: the same words
// and the same drawings; only it says that it is a preview, in its language, and can not be sent, by anyone in any way.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { COLLECTOR, workDir } from '../support/collector.mjs';
import { atSchool, audit, open, width } from './browser.mjs';

const PHONE = { width: 390, height: 844 };
const SAYS = { sv: /Det här är en förhandsvisning/, ar: /هذه معاينة/, so: /muuqaal hordhac/, en: /This is a preview/, uk: /попередній перегляд/, fi: /Tämä on esikatselu/ };

const { browser, s } = await atSchool();
const { dir, remove } = workDir();
after(remove);
for (const form of ['forskoleklass-3', 'grundskola-4-6']) execFileSync(COLLECTOR, ['forms', 'preview', form, '--output', join(dir, form)]);

const url = (form, file) => pathToFileURL(join(dir, form, file)).href;
const FORMS = { 'forskoleklass-3': () => s.young, 'grundskola-4-6': () => s.middle };
const preview = (form, language, options) => open(browser, url(form, `${form}-${language}.html`), { viewport: PHONE, offline: true, ...options });

for (const form of Object.keys(FORMS))
  test(`${form}: the same page as a phone gets, in each language, with and without scripts`, async () => {
    const content = (page) => page.locator('main').evaluate((main) => {
      const copy = main.cloneNode(true);
      for (const e of copy.querySelectorAll('#p, input[name=key], button.go')) e.remove();
      for (const e of copy.querySelectorAll('#f, #b')) for (const name of ['action', 'method', 'data-done', 'data-access', 'disabled', 'aria-describedby']) e.removeAttribute(name);
      copy.querySelector('a.go')?.removeAttribute('hidden'); // without scripts a button leads on in its place
      return copy.innerHTML;
    });
    for (const javaScriptEnabled of [true, false]) {
      const real = await open(browser, 'about:blank', { viewport: PHONE, javaScriptEnabled });
      const page = await open(browser, 'about:blank', { viewport: PHONE, javaScriptEnabled, offline: true });

      for (const language of javaScriptEnabled ? Object.keys(SAYS) : ['sv', 'ar', 'so']) {
        page.requests.length = 0;
        await real.goto(`${FORMS[form]()}?lang=${language}`);
        await page.goto(url(form, `${form}-${language}.html`));
        assert.equal(await content(page), await content(real), `${language}`);
        for (const name of ['lang', 'dir']) assert.equal(await page.locator('html').getAttribute(name), await real.locator('html').getAttribute(name));
        assert.match(await page.locator('#p').innerText(), SAYS[language]);
        assert.equal(await page.locator('#p').isVisible(), true);
        assert.equal(await width(page), PHONE.width);
        assert.equal(page.requests.length, 1);
      }
      assert.deepEqual(page.faults, []);
      await real.context().close();
      await page.context().close();
    }
  });

for (const javaScriptEnabled of [true, false])
  test(`it can be answered to its end and not be sent, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    for (const form of Object.keys(FORMS)) {
      const page = await preview(form, 'sv', { javaScriptEnabled });
      const here = page.url();
      const answers = page.locator('fieldset:visible .o label');

      // step by step where the form shows one question at a time
      while (!(await page.locator('#b').isVisible())) {
        if (await answers.count()) await answers.first().tap();
        await page.locator('.nav:visible a:last-child').last().tap();
      }
      if (form === 'grundskola-4-6') await answers.first().tap();
      assert.equal(await page.locator('#b').isDisabled(), true);
      assert.equal(await page.locator('#p').isVisible(), true);
      await page.locator('#b').tap({ force: true });
      await page.locator('input:checked').first().press('Enter').catch(() => {});
      await page.evaluate(() => document.getElementById('f').requestSubmit?.()).catch(() => {});
      await page.waitForTimeout(200);
      assert.equal(page.url().split('#')[0].split('?')[0], here);
      assert.deepEqual(page.requests.filter((r) => r.startsWith('POST')), []);
      assert.equal(page.requests.every((r) => r.startsWith(`GET ${new URL(here).pathname}`)), true, String(page.requests));
      await page.context().close();
    }
  });

test('its links lead to the other languages, and the index to everything', async () => {
  const page = await preview('grundskola-4-6', 'sv');
  await page.getByRole('link', { name: 'العربية' }).tap();
  await page.waitForURL(url('grundskola-4-6', 'grundskola-4-6-ar.html'));
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
  await page.goto(url('grundskola-4-6', 'index.html'));
  assert.equal(await page.getByRole('link').count(), 12);
  await page.getByRole('link', { name: 'Sidan, som den ser ut i mobilen' }).nth(3).tap();
  await page.waitForURL(url('grundskola-4-6', 'grundskola-4-6-so.html'));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('its links to the other languages are there where the browser keeps nothing, too', async () => {
  const page = await preview('grundskola-4-6', 'sv');

  await page.addInitScript(() => Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } }));
  await page.reload();
  await page.getByRole('link', { name: 'English' }).tap();
  await page.waitForURL(url('grundskola-4-6', 'grundskola-4-6-en.html'));
  await page.context().close();
});

test('axe finds nothing, in light and dark, in the index and a page either way round; nothing sticks out at 320 px', async () => {
  for (const colorScheme of ['light', 'dark'])
    for (const file of ['index.html', 'forskoleklass-3-sv.html', 'forskoleklass-3-ar.html', 'forskoleklass-3-so.html']) {
      const page = await open(browser, url('forskoleklass-3', file), { colorScheme, offline: true });

      assert.deepEqual(await audit(page), [], file);
      assert.equal(await width(page), 320, file);
      await page.context().close();
    }
});
