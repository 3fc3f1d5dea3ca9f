// The pictures of the README and the documents, from the real collector: `make screenshots`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Collector, links, workDir } from '../support/collector.mjs';
import { makeMunicipality } from '../support/municipality.mjs';
import { launch, open } from './browser.mjs';

const PHONE = { width: 390, height: 844 };
const OUT = 'docs/pictures';

// Each: a picture's name, the form to open, and what a pupil does before it is taken.
const PICTURES = [
  { name: 'phone', form: 'grundskola-4-6', act: (page) => choose(page, 'trygg-skola', 3) },
  { name: 'phone-dark', form: 'grundskola-7-9', options: { colorScheme: 'dark' }, act: (page) => choose(page, 'trygg-skola', 4) },
  { name: 'phone-young', form: 'forskoleklass-3', act: (page) => page.locator('a[href="#s1"]').first().click() },
  { name: 'thanks', form: 'grundskola-4-6', act: (page, url) => page.goto(`${url}/tack?sparat=1`) },
];

async function choose(page, question, code) {
  const option = page.locator(`input[name="${question}"][value="${code}"]`);
  await option.check({ force: true });
  await option.evaluate((input) => {
    input.blur();
    scrollTo(0, 0);
  });
}

const work = workDir();
const made = await makeMunicipality(work.dir);
const collector = await Collector.start(made);
const browser = await launch();
try {
  mkdirSync(OUT, { recursive: true });
  const all = await links(made);
  for (const { name, form, options, act } of PICTURES) {
    const link = all.find((l) => l.form === form && l.group !== '');
    const url = `http://127.0.0.1:${collector.port}/${link.code}`;
    const page = await open(browser, url, { viewport: PHONE, ...options });
    await act(page, url);
    await page.screenshot({ path: join(OUT, `${name}.png`) });
    await page.context().close();
  }
} finally {
  await browser.close();
  await collector.stop();
  work.remove();
}
