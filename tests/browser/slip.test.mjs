// Goal: a child with a slip answers by scanning it or by typing its code, with and without scripts, on the smallest
// phone; a used slip is told before anything is answered, and a mistyped code can be put right with nothing lost;
// whatever a child does after sending ends at Tack or with the kind word that the code is used.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Collector, linkOf, links, makeStore, slipCodes, stored, workDir } from '../support/collector.mjs';
import { answerAll, keptBy, launch, open, send, thanked, width } from './browser.mjs';

let work, made, collector, browser, codes, home, young, unitYoung;

before(async () => {
  work = workDir();
  made = await makeStore(work.dir, {
    moreGroups: [['10000001', '1A', 'grundskola', 1, 20], ['10000001', '2 Björken', 'grundskola', 2, 20]],
  });
  const all = await links(made);
  const link = linkOf(all, '7A').code;
  const pdf = join(work.dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '7A', '--count', '24', '--output', pdf,
    '--public-url', made.publicUrl);
  codes = await slipCodes(pdf, link);
  assert.equal(codes.length, 24);
  await made.tld('slips', '--round', made.round, '--unit', '10000001', '--group', '1A', '--count', '2', '--output', join(work.dir, 'young.pdf'),
    '--public-url', made.publicUrl);
  collector = await Collector.start(made);
  home = `http://127.0.0.1:${collector.port}/${link}`;
  const at = ({ code }) => `http://127.0.0.1:${collector.port}/${code}`;
  young = at(linkOf(all, '1A'));
  unitYoung = at(all.find((l) => l.group === '' && l.form === 'forskoleklass-3'));
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
      assert.equal(await keptBy(page), 0);
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

  test(`a typed code that is used: told with all answers there, and another slip's is taken (${how})`, async () => {
    const [used, fresh] = [codes.pop(), codes.pop()];
    const had = await stored(made);
    for (const [code, typed] of [[used, used], [used, fresh]]) {
      const page = await open(browser, home, { javaScriptEnabled });
      await page.locator('#code').fill(code);
      await answerAll(page);
      await send(page);
      if (typed !== code) {
        await page.getByRole('alert').getByText('Koden är redan använd').waitFor();
        assert.equal(await width(page), 320);
        assert.equal(await page.locator('.o input:checked').count(), await page.locator('fieldset').count());
        await page.locator('#code').fill(typed);
        await send(page);
      }
      await page.getByRole('heading', { name: 'Tack!' }).waitFor();
      await page.context().close();
    }
    assert.equal(await stored(made), had + 2);
  });

  test(`where a class needs a code its first page says so, and asks for it before the questions (${how})`, async () => {
    const why = (page) => page.getByText('För att svara här behöver du en lapp med en kod.');
    const begin = (page) => page.getByRole(javaScriptEnabled ? 'link' : 'button', { name: 'Börja' });
    const first = (page) => page.getByText('Skriv koden precis som den står på din lapp, så kommer du vidare.');
    const old = await open(browser, home, { javaScriptEnabled });
    assert.equal(await why(old).isVisible(), true);
    await answerAll(old);
    await send(old);
    assert.equal(await old.evaluate(() => document.activeElement.id), 'code'); // the browser points it out
    await old.locator('#code').fill('acde fgh'); // what can not be a code neither
    await send(old);
    assert.equal(await old.evaluate(() => document.activeElement.id), 'code');
    assert.equal(new URL(old.url()).pathname, new URL(home).pathname);
    await old.context().close();

    const page = await open(browser, young, { javaScriptEnabled });
    assert.deepEqual([await why(page).isVisible(), await first(page).isVisible(), await begin(page).isVisible()], [true, true, false]);
    assert.equal(await width(page), 320);
    // what can not be a code is told before anything is answered: too short, too long, a letter that no code has
    for (const typed of ['abcd', 'acde fghjk', 'acde fghO']) {
      await page.locator('#code').fill(typed);
      assert.deepEqual([await first(page).isVisible(), await begin(page).isVisible()], [true, false], typed);
    }
    for (const typed of ['acdefghj', ' ACDE-FGHJ ', 'acdE\tfghj', 'https://enkat.example.se/MNPQRTWX/ACDEFGHJ']) {
      await page.locator('#code').fill(typed);
      assert.deepEqual([await first(page).isVisible(), await begin(page).isVisible()], [false, true], typed);
    }
    // where the pupil picks the class, only if it is one with codes
    await page.goto(unitYoung);
    await page.getByRole('radio', { name: '2 Björken' }).check({ force: true });
    assert.deepEqual([await why(page).isVisible(), await first(page).isVisible(), await begin(page).isVisible()], [false, false, true]);
    await page.getByRole('radio', { name: '1A' }).check({ force: true });
    assert.deepEqual([await why(page).isVisible(), await first(page).isVisible(), await begin(page).isVisible()], [true, true, false]);
    await page.context().close();
  });

  test(`Enter in the field of the code is no other language (${how})`, async () => {
    const page = await open(browser, home, { javaScriptEnabled });
    const had = await stored(made);

    await page.locator('#code').fill(codes.pop());
    await answerAll(page);
    if (javaScriptEnabled) {
      await page.locator('#code').press('Enter'); // the keyboard goes away, no more
      assert.equal(await page.evaluate(() => document.activeElement.id), '');
      await send(page);
    } else {
      await page.locator('#code').press('Enter');
    }
    await page.getByRole('heading', { name: 'Tack!' }).waitFor();
    assert.equal(await stored(made), had + 1);
    await page.context().close();
  });

  test(`a typed code: mistyped first, put right, then taken (${how})`, async () => {
    const code = codes.pop();
    const had = await stored(made);
    const page = await open(browser, home, { javaScriptEnabled });

    await page.getByLabel('Skriv koden som står på din lapp.').fill('aaaa aaaa');
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
