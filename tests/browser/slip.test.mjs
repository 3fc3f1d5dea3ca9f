// Goal: a child with a slip answers by scanning it or by typing its code, with and without scripts, on the smallest
// phone; a used slip is told before anything is answered, and a mistyped code can be put right with nothing lost;
// whatever a child does after sending ends at Tack or with the kind word that the code is used.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Collector, linkOf, links, makeStore, slipCodes, stored, workDir } from '../support/collector.mjs';
import { answerAll, keptHere, launch, open, send, thanked, width } from './browser.mjs';

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

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`a scanned slip: nothing to type, sent once; the same slip again is told so (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    const page = await open(browser, `${home}/${code}`, { javaScriptEnabled });

    assert.equal(await page.locator('#code').count(), 0);
    await answerAll(page);
    await send(page);
    await thanked(page);
    assert.equal(page.url().includes(code), false, 'the code is not in the address any more');
    await page.reload();
    await thanked(page);
    if (javaScriptEnabled) {
      // the page that was answered is not there to go back to
      assert.equal(await page.goBack(), null);
    } else {
      await page.goBack();
      await page.getByRole('heading', { name: 'Koden är redan använd' }).waitFor();
      await page.getByText('Var det du? Då är dina svar sparade.').waitFor();
    }
    await page.context().close();
    const again = await open(browser, `${home}/${code}`, { javaScriptEnabled });
    await again.getByRole('heading', { name: 'Koden är redan använd' }).waitFor();
    assert.equal(await again.locator('fieldset').count(), 0);
    assert.equal(await width(again), 320);
    await again.context().close();
    assert.equal((await stored(made)) - had, 1);
  });

  test(`a slip's reply is lost after the commit: reloading ends well, and counts once (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    const page = await open(browser, `${home}/${code}?lang=en`, { javaScriptEnabled });
    let lost = 0;

    await page.route('**', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch({ maxRedirects: 0 });
      lost++;
      return route.abort();
    });
    await answerAll(page);
    await send(page);
    while (lost === 0) await page.waitForTimeout(20);
    assert.equal(await stored(made), had + 1);
    await page.unroute('**');
    if (javaScriptEnabled) {
      await page.getByText('Not sent yet').waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
      assert.equal(await keptHere(page), 0);
    } else {
      await page.goto(`${home}/${code}?lang=en`); // the browser's own page says that nothing came; the child scans again
      await page.getByRole('heading', { name: /code has already been used/i }).waitFor();
    }
    assert.equal(await stored(made), had + 1);
    await page.context().close();
  });

  test(`a reload before sending keeps the slip's code (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    const page = await open(browser, `${home}/${code}`, { javaScriptEnabled });

    await answerAll(page);
    await page.reload();
    assert.equal(await page.locator('#code').count(), 0);
    if (!javaScriptEnabled) await answerAll(page);
    await send(page);
    await thanked(page);
    assert.equal(await stored(made), had + 1);
    await page.context().close();
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
    await thanked(page);
    assert.equal(await stored(made), had + 1);
    await page.context().close();
  });
}
