// Goal: a finger that taps twice answers nothing that it has not seen, and a network that is lost between two steps loses
// nothing, in a browser that gets its own page in the place of the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atSchool, chosen, goOn, loads, open } from './browser.mjs';

const { browser, s } = await atSchool();
const PHONES = [{ width: 360, height: 740 }, { width: 390, height: 844 }];

// Where the button is, twice: the second time whatever has come up there.
async function tapTwice(page, button, between) {
  const at = await button.boundingBox();
  const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];

  await page.touchscreen.tap(x, y);
  await page.waitForTimeout(between);
  await page.touchscreen.tap(x, y);
  await page.waitForTimeout(900);
}

for (const javaScriptEnabled of [true, false])
  test(`two taps on "Börja" answer nothing, on "Nästa" pass over nothing, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    for (const viewport of PHONES) {
      const page = await open(browser, s.young, { javaScriptEnabled, viewport });

      await page.waitForTimeout(500);
      await tapTwice(page, page.locator('.go:visible'), 150);
      assert.equal(await page.locator('input:checked').count(), 0);
      assert.match(await page.locator('.n:visible').innerText(), /1/);
      await tapTwice(page, page.locator('.fwd:visible'), 150);
      assert.match(await page.locator('.n:visible').innerText(), /2/);
      await page.locator('.o label:visible').first().tap(); // a moment later it takes what is meant
      assert.equal(await page.locator('input:checked:visible').count(), 1);
      await page.context().close();
    }
  });

test('without scripts, a network that is lost at a step: loaded again it is the next one, and "back" leads to the one before', async () => {
  const page = await open(browser, s.young, { javaScriptEnabled: false });

  await goOn(page);
  for (let n = 1; n <= 3; n++) {
    await page.locator('.o label:visible').nth(n - 1).tap();
    await page.context().setOffline(true);
    await page.locator('.fwd:visible').tap();
    await page.locator('.n').waitFor({ state: 'detached' }); // the browser's own page
    await page.context().setOffline(false);
    await loads(page, () => page.reload());
    assert.match(await page.title(), new RegExp(`^Fråga ${n + 1} `));
  }
  for (let n = 3; n >= 1; n--) {
    await loads(page, () => page.goBack());
    assert.match(await page.title(), new RegExp(`^Fråga ${n} `));
    assert.equal(await page.locator('input[type=hidden]:not([name=key])').count(), n - 1);
  }
  await page.context().close();
});
