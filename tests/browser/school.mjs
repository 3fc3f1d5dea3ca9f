// A running collector with a class for each form, for tests in a browser.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Collector, linkOf, links, makeStore, stored, storedByGroup, workDir } from '../support/collector.mjs';

// With {mayFill: true} its disk can be filled and emptied: fill(), empty().
export async function school({ mayFill = false } = {}) {
  const work = workDir();
  const made = await makeStore(work.dir, {
    moreGroups: [
      ['10000001', '1A', 'grundskola', 1, 20],
      ['10000001', '2 Björken', 'grundskola', 2, 20],
      ['10000001', '9C', 'grundskola', 9, 30],
    ],
  });
  const all = await links(made);
  const full = join(work.dir, 'full');
  const collector = await (mayFill ? Collector.trial(made, { full }) : Collector.start(made));
  const url = (link) => `http://127.0.0.1:${collector.port}/${link.code}`;
  return {
    made,
    collector,
    url,
    origin: `http://127.0.0.1:${collector.port}`,
    young: url(linkOf(all, '1A')), // one question at a time, with drawings
    middle: url(linkOf(all, '5Å', '10000002')),
    old: url(linkOf(all, '7A')),
    unitYoung: url(all.find((l) => l.group === '' && l.form === 'forskoleklass-3')), // the pupil picks the class
    unitOld: url(all.find((l) => l.group === '' && l.form === 'grundskola-7-9')),
    fill: () => writeFileSync(full, ''),
    empty: () => existsSync(full) && rmSync(full),
    stored: () => stored(made),
    storedByGroup: () => storedByGroup(made),
    async close() {
      await collector.stop();
      work.remove();
    },
  };
}
