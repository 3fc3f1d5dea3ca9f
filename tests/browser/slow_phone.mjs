// An old phone on bad school Wi-Fi: Chromium's own protocol slows the network (50 kB/s, 400 ms to the first byte) and the
// processor (4 times).
const NETWORK = { offline: false, latency: 400, downloadThroughput: 50000, uploadThroughput: 50000 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

// {fcp, arrived: the last byte, bytes: of the reply with its head}, in ms
export async function load(browser, url) {
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

// Of the forms the one whose page is the largest in a language: {id, lang, url, bytes}.
export async function heaviest(school, forms, lang) {
  let found = { bytes: 0 };
  for (const { id, languages } of forms) {
    if (!languages.includes(lang)) continue;
    const url = `${school.unitLinks[id]}?lang=${lang}`;
    const { bytes } = await school.collector.get(new URL(url).pathname + `?lang=${lang}`, { headers: { 'accept-encoding': 'br' } });
    if (bytes.length > found.bytes) found = { id, lang, url, bytes: bytes.length };
  }
  return found;
}
