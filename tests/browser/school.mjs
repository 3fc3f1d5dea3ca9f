// A running collector with a class for each form, for tests in a browser.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { added, Collector, linkOf, links, makeStore, stored, storedByGroup, workDir } from '../support/collector.mjs';

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
    added: (act) => added(made, act),
    storedByGroup: () => storedByGroup(made),
    async close() {
      await collector.stop();
      work.remove();
    },
  };
}

// What a part of a form file says in a language, from its top to its bottom: `sv: text` or `{sv: text, en: text}`.
const said = (part, lang) =>
  [...part.matchAll(new RegExp(`^ +${lang}: (.+)$|\\{(?:.*, )?${lang}: (.*?)(?:, \\w+: .*)?\\}$`, 'gm'))]
    .map(([, block, flow]) => (block ?? flow).replace(/^"(.*)"$/, '$1'));

// The parts of a list under a heading of the file, by id.
function parts(text, heading) {
  const [, list = ''] = text.split(new RegExp(`^${heading}:\n`, 'm'));
  return list.split(/^\w/m)[0].split(/^ {2}- id: /m).slice(1).map((part) => [part.match(/^\S+/)[0], part]);
}

// The forms that come with the program, read without the program: {id, audience, one: one question at a time,
// languages: [code…], title(lang), questions(lang): [{text, options: [text…], "vet inte" last}…]}.
export const FORMS = readdirSync('forms').filter((name) => name.endsWith('.yaml')).map((name) => {
  const text = readFileSync(join('forms', name), 'utf8');
  const value = (key) => text.match(new RegExp(`^${key}: (\\S+)$`, 'm'))[1];
  const scales = new Map(parts(text, 'scales'));
  const asked = [...parts(text, 'questions'), ...parts(text, 'background')];
  return {
    id: value('id'),
    audience: value('audience'),
    one: value('presentation') === 'one-by-one',
    languages: [...text.matchAll(/^ {2}- \{code: (\w+), reviewed: /gm)].map(([, code]) => code),
    title: (lang) => said(text.split(/^title:\n/m)[1].split(/^\w/m)[0], lang)[0],
    questions: (lang) => asked.map(([, part]) => ({
      text: said(part, lang)[0],
      options: said(scales.get(part.match(/^ +scale: (\S+)$/m)[1]), lang),
    })),
  };
});

const SCHOOL_FORMS = [
  'forskola', 'grundskola', 'anpassad-grundskola', 'gymnasieskola', 'anpassad-gymnasieskola', 'fritidshem', 'vuxenutbildning',
];

// Every form that comes with the program, each with a link to a class that answers it: links: {form id: url},
// unitLinks: the same where the pupil picks the class; places: {form id: [unit, class]} of the links.
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
  const units = Object.fromEntries(JSON.parse(await made.sqlite('SELECT json_group_array(json_array(code, name)) FROM unit')));
  const collector = await Collector.start(made);
  const urls = (rows) => Object.fromEntries(rows.map(({ form, code }) => [form, `http://127.0.0.1:${collector.port}/${code}`]));
  return {
    made,
    collector,
    origin: `http://127.0.0.1:${collector.port}`,
    links: urls(all.filter((l) => l.group !== '')),
    unitLinks: urls(all.filter((l) => l.group === '')),
    places: Object.fromEntries(all.filter((l) => l.group !== '').map((l) => [l.form, [units[l.unit_code], l.group]])),
    stored: () => stored(made),
    added: (act) => added(made, act),
    async close() {
      await collector.stop();
      work.remove();
    },
  };
}
