// Goal: a child with a slip answers by scanning it or by typing its code, with and without scripts, on the smallest
// phone; a used code is told in the page's own words, and a mistyped one can be put right with nothing lost.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Collector, linkOf, links, makeStore, slipCodes, stored, workDir } from '../support/collector.mjs';
import { launch, open, width } from './browser.mjs';

let work, made, collector, browser, codes, home;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir);
  const link = linkOf(await links(made), '7A').code;
  const pdf = join(work.dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '7A', '--count', '24', '--output', pdf,
    '--public-url', made.publicUrl);
  codes = await slipCodes(pdf, link);
  assert.equal(codes.length, 24);
  collector = await Collector.start(made);
  home = `http://127.0.0.1:${collector.port}/${link}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await collector?.stop();
  work.remove();
});

async function answerAll(page) {
  for (const set of await page.locator('fieldset:not(.pick)').all()) await set.locator('.o label').first().click();
}
const send = (page) => page.locator('#b').click();

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`a scanned slip: nothing to type, sent once; the same slip again is told so (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    for (const end of ['Tack!', 'Koden är redan använd']) {
      const page = await open(browser, `${home}/${code}`, { javaScriptEnabled });

      assert.equal(await page.locator('#code').count(), 0);
      await answerAll(page);
      await send(page);
      await page.getByRole('heading', { name: end }).waitFor();
      assert.equal(page.url().includes(code), false, 'the code is not in the address any more');
      await page.context().close();
    }
    assert.equal((await stored(made)) - had, 1);
  });

  test(`a typed code: mistyped first, put right, then taken (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    const page = await open(browser, home, { javaScriptEnabled });

    await page.getByLabel('Har du fått en lapp med en kod?').fill('aaaa aaaa');
    await answerAll(page);
    await send(page);
    await page.getByText('Koden stämmer inte').waitFor();
    assert.equal(await width(page), 320);
    assert.equal(await page.locator('#code').inputValue(), 'aaaa aaaa');
    await page.locator('#code').fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase());
    assert.equal(await stored(made), had);
    await send(page);
    await page.getByRole('heading', { name: 'Tack!' }).waitFor();
    assert.equal(await stored(made), had + 1);
    await page.context().close();
  });
}
