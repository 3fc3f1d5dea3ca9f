import { connect, createServer } from 'node:net';

import { eventually } from '../support/collector.mjs';

// A way to the collector that can be cut, or lose what comes back: {url, lose: bytes from the server go nowhere,
// to: the port it leads to (0: nobody answers),
// off(): nobody answers, nor goes on, until to is back}.
export async function wire(url) {
  const at = new URL(url);
  const w = { lose: false, to: +at.port, lost: 0 };
  const sockets = new Set();
  const server = createServer((near) => {
    if (!w.to) return near.destroy();
    const far = connect(w.to, '127.0.0.1');
    for (const end of [near, far]) sockets.add(end.on('error', () => {}).unref());
    near.on('data', (d) => far.write(d)).on('close', () => far.destroy());
    far.on('data', (d) => {
      if (!w.lose) return near.write(d);
      w.lost++;
      near.destroy();
    }).on('close', () => near.destroy());
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.unref(); // a test that fails shall end all the same
  at.port = server.address().port;
  w.url = at.href;
  w.back = w.to;
  w.off = () => {
    w.to = 0;
    w.cut();
  };
  w.cut = () => sockets.forEach((end) => end.destroy());
  w.close = () => (w.cut(), new Promise((done) => server.close(done)));
  return w;
}

// Does what leads the browser to its own page for a reply that did not come, and waits for that page.
export async function breaks(page, act) {
  await Promise.all([page.waitForEvent('requestfailed'), act()]);
  await eventually(() => page.evaluate(() => location.protocol === 'chrome-error:').catch(() => false));
}

// Loses the network for the document, too: a reload ends at the browser's own page, twice, and then finds the form.
export async function lostAndFound(page, w) {
  for (let i = 0; i < 2; i++) await breaks(page, () => page.reload().catch(() => {}));
  w.to = w.back;
  await page.reload();
}
