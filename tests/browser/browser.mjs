// What the browser tests share: one Chromium that can reach nothing but this machine, pages in it, what a pupil does
// there, what can be seen, and axe.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

import { school } from './school.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const PHONE = { width: 320, height: 568 };

const OPTIONS = {
  executablePath: process.env.TLD_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
};

// With {keepsPages: true} it keeps pages whole for the way back, as a pupil's browser does and a tested one does not.
export function launch({ keepsPages = false } = {}) {
  return chromium.launch({ ...OPTIONS, ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [] });
}

// A browser with a profile in `dir` that opens its tabs of last time again.
export const launchAgain = (dir) => chromium.launchPersistentContext(dir, {
  ...OPTIONS, args: [...OPTIONS.args, '--restore-last-session'], viewport: PHONE, hasTouch: true, locale: 'sv-SE',
});

// A browser and a school for all tests of a file: {browser, s}. options: launch's; make: another school than that.
export async function atSchool({ make = school, ...options } = {}) {
  const [browser, s] = await Promise.all([launch(options), make()]);
  after(async () => {
    await browser.close();
    await s.close();
  });
  return { browser, s };
}

// A page of its own, with nothing left from others. Errors of scripts, styles and the policy end up in page.faults,
// the addresses that it asked for in page.requests. options: those of a browser context.
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, locale: 'sv-SE', ...options });
  const page = await context.newPage();
  page.faults = [];
  page.requests = [];
  page.on('pageerror', (e) => page.faults.push(String(e)));
  page.on('console', (m) => m.type() === 'error' && page.faults.push(m.text()));
  page.on('request', (r) => page.requests.push(`${r.method()} ${new URL(r.url()).pathname}`));
  waitWithFingers(page);
  await page.goto(url);
  return page;
}

// For a moment after a step has come up nothing in it takes a finger (form.css).
const settling = (page) => page.evaluate(() => document.getAnimations().length > 0);
function waitWithFingers(page) {
  const locator = Object.getPrototypeOf(page.locator('html'));
  if (Object.hasOwn(locator, 'waits')) return;
  locator.waits = true;
  for (const act of ['tap', 'click', 'dblclick', 'check']) {
    const plain = locator[act];
    locator[act] = async function (...how) {
      await this.waitFor(); // on the page that it is on
      while (await settling(this.page())) await this.page().waitForTimeout(50);
      return plain.apply(this, how);
    };
  }
}

// ---- what a pupil does

// Taps the nth option of each question with a finger.
export async function tapAll(page, nth = 0) {
  const questions = page.locator('fieldset:not(.pick)');
  for (let i = 0; i < (await questions.count()); i++) await questions.nth(i).locator('.o label').nth(nth).tap();
}

// The same at once, steps that are not shown too; how many questions there are.
export const answerAll = (page, nth = 1) => page.locator('fieldset:not(.pick)').evaluateAll((all, n) => {
  for (const question of all) question.querySelectorAll('.o input')[n].click();
  return all.length;
}, nth);

// Does what leads to another page, and waits for it.
export async function loads(page, act) {
  await Promise.all([page.waitForEvent('load'), act()]);
}

// One question at a time: goes on from the step that is shown, by a link or, where no script runs, to the next page.
export async function goOn(page) {
  const on = page.locator('.fwd:visible').last();

  if (await on.evaluate((e) => e.matches('button'))) await loads(page, () => on.tap());
  else await on.tap();
}

export const send = (page) => page.locator('#b').tap();
export const thanked = (page) => page.waitForURL(/\/tack(\?|$)/).then(() => page.locator('h1', { hasText: 'Tack!' }).waitFor());

// ---- what can be seen of a page

export const key = (page) => page.locator('input[name=key]').inputValue();

// How much the browser keeps for the page's site; and the same but for the bare word that this tab's answers are saved,
// with the visit's name.
export const keptHere = (page) => page.evaluate(() => sessionStorage.length + localStorage.length + document.cookie.length);
export const keptBy = (page) => page.evaluate(() =>
  [sessionStorage, localStorage].flatMap((s) => Object.values({ ...s })).filter((value) => !/^\{"saved":"\w+"\}$/.test(value)).length + document.cookie.length);

// Makes what is kept older by so many minutes, once the page is left.
export const makeOlder = (page, minutes) => page.evaluate((ms) => {
  const name = sessionStorage.key(0);
  const draft = JSON.parse(sessionStorage.getItem(name));
  addEventListener('pagehide', () => sessionStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() - ms })));
}, minutes * 60000);

export const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);

// Texts that stick out of their own box, onto others (the page's width does not tell), and answers of one word that is
// broken in two.
export const spilled = (page) => page.locator('.f, .b, legend, h1, h2, h3, p, li, dd').evaluateAll((all) => {
  const lines = (e) => {
    const range = new Range();
    range.selectNodeContents(e.querySelector('bdi') ?? e.lastChild);
    return new Set([...range.getClientRects()].map((r) => r.top)).size;
  };
  return all.filter((e) => e.clientWidth > 0)
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || (e.matches('.f') && !/\s/.test(e.textContent.trim()) && lines(e) > 1))
    .map((e) => e.textContent.trim());
});

// What moves or glides: nothing, so that nobody needs to ask for less of it.
export const moving = (page) => page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(e);
  return !['none', 'settle'].includes(animationName) || transitionDuration !== '0s' || scrollBehavior !== 'auto';
}).map((e) => e.outerHTML.slice(0, 80)));

// What a finger may miss: whatever is tapped is at least 44 pixels high and wide, and an answer takes it in its whole row.
// On a screen that is TALL, as a finger gets to what it has scrolled to.
export const TALL = 12000;
export const missed = (page) => page.evaluate(async () => {
  await Promise.all(document.getAnimations().map((a) => a.finished));
  const shown = [...document.querySelectorAll('label:has(input), a, button, input:not([type])')].filter((e) => e.checkVisibility({ visibilityProperty: true }));
  const small = shown.filter((e) => ['width', 'height'].some((side) => e.getBoundingClientRect()[side] < 44));
  const deaf = shown.filter((e) => e.matches('.o label, .u label')).filter((e) => {
    const { left, right, top, bottom } = e.getBoundingClientRect();
    return [[left, top], [right, top], [left, bottom], [right, bottom]].some(([x, y]) =>
      document.elementFromPoint(x === left ? x + 2 : x - 2, y === top ? y + 2 : y - 2)?.closest('label') !== e);
  });
  return [...small, ...deaf].map((e) => e.textContent.trim());
});

// The values that a form would send now, without its key.
export const chosen = (page) =>
  page.evaluate(() => Object.fromEntries([...new FormData(document.forms[0])].filter(([name, v]) => name !== 'key' && v !== '')));

// What axe finds, and what it can not decide: nobody would look at that. The policy lets no foreign script in, so axe
// goes in through the debugger. Without `look` it leaves out the two rules that take most of its time, on colours and
// sizes: they are the same in every language.
export async function audit(page, { look = true } = {}) {
  await page.evaluate(AXE);
  const { violations, incomplete } = await page.evaluate(([runOnly, enabled]) => globalThis.axe.run({
    runOnly, preload: false, resultTypes: ['violations', 'incomplete'], rules: { 'color-contrast': { enabled }, 'target-size': { enabled } },
  }), [RULES, look]);
  return [...violations, ...incomplete].map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
}

// Sets the size of the screen, faster than the page's own way.
export async function screens(page) {
  const cdp = await page.context().newCDPSession(page);
  return (size) => cdp.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
}

// Shows the steps of a one-by-one form all at once, to look at each of them.
export const revealSteps = (page) => page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.one .s { display: block !important }');
  document.adoptedStyleSheets = [sheet];
});
