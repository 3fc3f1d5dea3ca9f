// A running collector with a class for each form, for tests in a browser.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// The forms that come with the program: {id, audience, one: one question at a time, languages: [code…]}, as far as a test
// needs to know of a file.
export const FORMS = readdirSync('forms').filter((name) => name.endsWith('.yaml')).map((name) => {
  const text = readFileSync(join('forms', name), 'utf8');
  const value = (key) => text.match(new RegExp(`^${key}: (\\S+)$`, 'm'))[1];
  return {
    id: value('id'),
    audience: value('audience'),
    one: value('presentation') === 'one-by-one',
    languages: [...text.matchAll(/^ {2}- \{code: (\w+), reviewed: /gm)].map(([, code]) => code),
  };
});

const SCHOOL_FORMS = [
  'forskola', 'grundskola', 'anpassad-grundskola', 'gymnasieskola', 'anpassad-gymnasieskola', 'fritidshem', 'vuxenutbildning',
];

// Every form that comes with the program, each with a link to a class that answers it: links: {form id: url},
// unitLinks: the same where the pupil picks the class.
export async function everyForm() {
  const work = workDir();
  const made = await makeStore(work.dir, {
    forms: FORMS.map(({ id }) => id),
    moreUnits: [['10000003', 'Solgårdens förskola och skola', 'Väster', SCHOOL_FORMS.join(' ')]],
    moreGroups: [
      ['10000003', 'Fjärilen', 'forskola', '', 18],
      ['10000003', '1A', 'grundskola', 1, 20],
      ['10000003', '2 Björken', 'anpassad-grundskola', 2, 6],
      ['10000003', 'ING2', 'anpassad-gymnasieskola', 2, 7],
      ['10000003', 'NA24', 'gymnasieskola', 1, 30],
      ['10000003', 'Skatan', 'fritidshem', '', 25],
      ['10000003', 'Komvux kväll', 'vuxenutbildning', '', 40],
    ],
  });
  const all = await links(made);
  const collector = await Collector.start(made);
  const urls = (rows) => Object.fromEntries(rows.map(({ form, code }) => [form, `http://127.0.0.1:${collector.port}/${code}`]));
  return {
    made,
    collector,
    origin: `http://127.0.0.1:${collector.port}`,
    links: urls(all.filter((l) => l.group !== '')),
    unitLinks: urls(all.filter((l) => l.group === '')),
    stored: () => stored(made),
    async close() {
      await collector.stop();
      work.remove();
    },
  };
}
