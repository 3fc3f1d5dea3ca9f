// How soon a pupil with an old phone on bad school Wi-Fi sees the form: `make bench-paint`. Chromium's own protocol slows the
// network (50 kB/s, 400 ms to the first byte) and the processor (4 times). Of each way of showing a form, the heaviest
// one in each language. The figure is the median of some loads and, behind it, the slowest; it judges nothing.
//
// What it does not have, as the protocol does not: the round trips that open a connection, one for TCP and one for TLS 1.3.
import { launch } from '../browser/browser.mjs';
import { FORMS, everyForm } from '../browser/school.mjs';
import { heaviest, load } from '../browser/slow_phone.mjs';

const LOADS = 5;
const LIMIT_MS = 1000;

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
