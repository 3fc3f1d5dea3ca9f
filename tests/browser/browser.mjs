// What the browser tests share: one Chromium that can reach nothing but this machine, and pages in it.
import { chromium } from 'playwright-core';

const PHONE = { width: 320, height: 568 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.TLD_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
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
  await page.goto(url);
  return page;
}

export const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);

// The values that a form would send now, without its key.
export const chosen = (page) =>
  page.evaluate(() => Object.fromEntries([...new FormData(document.forms[0])].filter(([name, v]) => name !== 'key' && v !== '')));
