// Goal: children who share a tablet leave nothing to each other: not on the screen, in what the browser keeps, behind
// the "back" button or in a reload; the adult sees how many have answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atSchool, audit, chosen, goOn, keptHere, key, open } from './browser.mjs';

const { browser, s } = await atSchool();

async function answer(page, nth) {
  const questions = page.locator('fieldset:visible');
  for (;;) {
    for (let i = 0; i < (await questions.count()); i++) await questions.nth(i).locator('.o label').nth(nth).tap();
    if (await page.locator('#b').isVisible()) return page.locator('#b').tap();
    await goOn(page);
  }
}

for (const javaScriptEnabled of [true, false])
  for (const which of ['middle', 'young'])
    test(`three children, one tablet, ${javaScriptEnabled ? 'with' : 'without'} scripts (${which})`, async () => {
      // as the poster's QR code has it
      const page = await open(browser, `${s[which]}/DELAD`, { javaScriptEnabled });
      const earlier = await s.stored();
      const keys = new Set();

      for (let child = 1; child <= 3; child++) {
        assert.match(await page.locator('main').innerText(), new RegExp(`skickats från den här surfplattan: ${child - 1}$`, 'm'));
        assert.equal(await page.locator('input:checked').count(), 0);
        keys.add(await key(page));
        await answer(page, child - 1);
        await page.getByRole('heading', { name: 'Tack!' }).waitFor();
        assert.match(await page.locator('main').innerText(), new RegExp(`skickats från den här surfplattan: ${child}$`, 'm'));
        assert.match(page.url(), /\/tack\?/);
        await page.reload();
        assert.match(await page.locator('main').innerText(), new RegExp(`skickats från den här surfplattan: ${child}$`, 'm'));
        assert.equal(await keptHere(page), 0);
        await page.getByRole('link', { name: 'Nästa barn' }).tap();
        await page.locator('#f').waitFor({ state: 'attached' });
      }
      assert.equal(await s.stored(), earlier + 3);
      assert.equal(keys.size, 3);
      // all the way back, and forward again
      const length = await page.evaluate(() => history.length);
      for (const way of ['goBack', 'goForward'])
        for (let i = 1; i < length; i++) {
          const moved = page.waitForEvent('framenavigated', { timeout: 5000 }).catch(() => {});
          await page[way]().catch(() => {}); // a page that is not kept: the browser asks whether to send once more
          await moved;
          if (page.url() === 'about:blank') break;
          assert.equal(await page.locator('input:checked').count(), 0, page.url());
        }
      assert.equal(await s.stored(), earlier + 3);
      await page.context().close();
    });

test('back from "Tack", however often, leads to where one begins, and not to a question in the middle; from there one goes on as ever', async () => {
  const page = await open(browser, `${s.young}/delad`);

  await answer(page, 0);
  await page.getByRole('heading', { name: 'Tack!' }).waitFor();
  for (let i = 0; i < 4; i++) {
    await page.goBack();
    await page.locator('#s0').waitFor();
    await page.waitForTimeout(200);
    assert.equal(await page.locator('#s0').isVisible(), true, `back ${i + 1}`);
  }
  await page.locator('.go:visible').tap();
  await page.locator('#s1').waitFor();
  await page.locator('#s1 .fwd').tap();
  await page.locator('#s2').waitFor();
  await page.context().close();
});

test('an unfinished child: a reload is a fresh page, with a new key, and nothing was kept', async () => {
  const page = await open(browser, `${s.old}?delad=4`);
  const first = await key(page);

  await page.locator('fieldset').first().locator('.o label').first().tap();
  assert.equal(await keptHere(page), 0);
  assert.equal(await page.getByText('Dina svar ligger kvar').isVisible(), false);
  await page.reload();
  assert.deepEqual(await chosen(page), {});
  assert.notEqual(await key(page), first);
  await page.context().close();
});

for (const javaScriptEnabled of [true, false])
  test(`a child who gives up: the next one starts afresh from any step, ${javaScriptEnabled ? 'asked first when something would be lost' : 'without scripts by a plain link'}`, async () => {
    const page = await open(browser, `${s.young}/delad?delad=4`, { javaScriptEnabled });
    const restart = page.getByRole('link', { name: 'Börja om (nästa barn)' });
    const earlier = await s.stored();
    const fresh = async (old) => {
      await page.waitForFunction((k) => document.forms[0]?.key && document.forms[0].key.value !== k, old);
      assert.equal(await page.locator('#s0').isVisible(), true);
      assert.deepEqual(await chosen(page), {});
      assert.match(await page.locator('main').innerText(), /surfplattan: 4$/m);
      assert.equal(await keptHere(page), 0);
      assert.doesNotMatch(page.url(), /#|lang/);
    };
    const begin = async () => {
      await goOn(page);
      const old = await key(page);
      await page.locator('.o label:visible').first().tap();
      await goOn(page);
      return old;
    };

    // nothing answered: at once
    await goOn(page);
    let old = await key(page);
    await restart.tap();
    await fresh(old);

    old = await begin();
    await restart.tap();
    if (javaScriptEnabled) {
      await page.getByText('Svaren här är inte skickade').waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), 'stay');
      assert.deepEqual(await audit(page), []);
      await page.getByRole('button', { name: 'Fortsätt svara' }).tap();
      assert.equal(Object.keys(await chosen(page)).length, 1);
      assert.equal(await page.locator('#s2').isVisible(), true);
      await restart.tap();
      await page.getByRole('link', { name: 'Börja om', exact: true }).tap();
    }
    await fresh(old);
    assert.equal(await s.stored(), earlier);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('a reload in the middle leads to the start, with nothing answered', async () => {
  const page = await open(browser, `${s.young}/delad`);

  await page.locator('a.go').tap();
  await page.locator('#s1 .o label').first().tap();
  await page.locator('#s1 .fwd').tap();
  await page.reload();
  await page.locator('#s0').waitFor();
  assert.deepEqual(await chosen(page), {});
  assert.equal(await page.locator('#s2').isVisible(), false);
  await page.context().close();
});

test('where nothing is shared there is no such link', async () => {
  const page = await open(browser, s.young);
  assert.equal(await page.locator('#restart').count(), 0);
  await page.context().close();
});

test('another language and a form that comes back stay shared', async () => {
  const page = await open(browser, `${s.old}?delad=2`, { javaScriptEnabled: false });

  await page.locator('fieldset').first().locator('.o label').first().tap();
  await page.getByRole('button', { name: 'English' }).tap();
  await page.getByText('answers sent from this tablet: 2').waitFor();
  assert.equal(await page.locator('.o input:checked').count(), 1);
  await page.locator('#b').tap();
  await page.getByRole('alert').waitFor();
  await page.getByText('answers sent from this tablet: 2').waitFor();
  await page.getByRole('button', { name: 'Send as it is' }).tap();
  await page.getByText('answers sent from this tablet: 3').waitFor();
  // the next child may speak another language
  assert.doesNotMatch(await page.getByRole('link', { name: 'Next child' }).getAttribute('href'), /lang/);
  await page.context().close();
});

for (const [which, kind] of [['old', 'all on a page'], ['young', 'one at a time']])
  test(`with scripts, too, another language takes the answers along, and leaves them to nobody (${kind})`, async () => {
    const page = await open(browser, `${s[which]}?delad=2`);
    const place = () => new URL(page.url()).hash;

    if (which === 'young') await page.getByRole('link', { name: 'Börja', exact: true }).tap();
    await page.locator('fieldset:visible .o label').first().tap();
    const given = await chosen(page);
    const at = place();
    const own = await key(page);
    assert.equal(Object.keys(given).length, 1);
    assert.equal(await page.locator('nav').getByRole('link').count(), 0);
    await page.getByRole('button', { name: 'English' }).tap();
    await page.getByText('answers sent from this tablet: 2').waitFor();
    assert.deepEqual(await chosen(page), given);
    assert.equal(place(), at);
    assert.equal(await key(page), own);
    assert.equal(await keptHere(page), 0);
    // the first page of the two has nothing left in it
    await page.goBack();
    await page.getByText('från den här surfplattan: 2').waitFor({ state: 'attached' });
    await page.waitForFunction(() => document.readyState === 'complete');
    assert.deepEqual(await chosen(page), {});
    assert.notEqual(await key(page), own);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

test('without ?delad nobody is offered the next child, and an odd number is none', async () => {
  for (const [query, offered] of [['', 0], ['?delad=%22%3E', 1], ['?delad=99999999999', 1], ['?delad=-1', 1]]) {
    const page = await open(browser, `${s.old}/tack${query}`);
    assert.equal(await page.getByRole('link', { name: 'Nästa barn' }).count(), offered);
    if (offered) assert.match(await page.locator('main').innerText(), /surfplattan: 0$/m);
    await page.context().close();
  }
});
