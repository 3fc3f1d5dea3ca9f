// How soon a pupil with an old phone on bad school Wi-Fi sees the form: `make bench-paint`. Chromium's own protocol slows the
// network (50 kB/s, 400 ms to the first byte) and the processor (4 times). Of each way of showing a form, the heaviest
// one in each language. The figure is the median of some loads and, behind it, the slowest; it judges nothing.
//
// What it does not have, as the protocol does not: the round trips that open a connection, one for TCP and one for TLS 1.3.
import { FORMS, everyForm } from '../browser/school.mjs';
import { launch } from '../browser/browser.mjs';

const LOADS = 5;
const LIMIT_MS = 1000;
const NETWORK = { offline: false, latency: 400, downloadThroughput: 50000, uploadThroughput: 50000 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

// {fcp, arrived: the last byte, bytes: of the reply with its head}, in ms
async function load(browser, url) {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);

  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', NETWORK);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const seen = await page.evaluate(() => {
    const [way] = performance.getEntriesByType('navigation');
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return { fcp: Math.round(paint.startTime), arrived: Math.round(way.responseEnd), bytes: way.transferSize };
  });
  await context.close();
  return seen;
}

async function heaviest(school, forms, lang) {
  let found = { bytes: 0 };
  for (const { id, languages } of forms) {
    if (!languages.includes(lang)) continue;
    const url = `${school.unitLinks[id]}?lang=${lang}`;
    const { bytes } = await school.collector.get(new URL(url).pathname + `?lang=${lang}`, { headers: { 'accept-encoding': 'br' } });
    if (bytes.length > found.bytes) found = { id, lang, url, bytes: bytes.length };
  }
  return found;
}

const middle = (xs) => xs[Math.floor(xs.length / 2)];
const school = await everyForm();
const browser = await launch();
try {
  for (const one of [false, true])
    for (const lang of ['sv', 'en', 'ar', 'so', 'uk', 'fi']) {
      const { id, url } = await heaviest(school, FORMS.filter((f) => f.one === one), lang);
      const loads = [];
      for (let i = 0; i < LOADS; i++) loads.push(await load(browser, url));
      const fcp = loads.map((l) => l.fcp).sort((a, b) => a - b);
      const { arrived, bytes } = loads[0];
      console.log(`${`first paint, ${id} ${lang}: ${bytes} bytes, there after ${arrived} ms`.padEnd(66)} ${`${middle(fcp)} ms`.padStart(16)}` +
        `   below ${LIMIT_MS} ms; slowest ${fcp.at(-1)}`);
    }
} finally {
  await browser.close();
  await school.close();
}
