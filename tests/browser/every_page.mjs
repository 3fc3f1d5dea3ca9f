// Every page that the collector serves besides a form on a first visit, as it was really sent: {name, status, headers,
// body}, in a language. The unit, its classes and the organisation have names that HTML would trip over.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  Collector, answers, eventually, links, makeStore, readForm, roundNow, slipCodes, swedish, workDir,
} from '../support/collector.mjs';

const UNIT = `Ås & "Ö" <skola>'s`;
const CLASS = '7"A&<b>';
const HOUR_MS = 3600 * 1000;

// Another month of the same school year.
function otherMonth(round, step) {
  const [year, month] = round.split('-').map(Number);
  const first = month >= 8 ? year : year - 1;
  const at = (((month + 12 - 8) % 12) + step) % 12; // months since August
  return `${at < 5 ? first : first + 1}-${String(((at + 7) % 12) + 1).padStart(2, '0')}`;
}

async function aStore(dir) {
  const made = await makeStore(dir, {
    moreUnits: [['10000004', UNIT, 'Öster', 'grundskola']],
    moreGroups: [['10000004', CLASS, 'grundskola', 7, 12], ['10000004', '1C', 'grundskola', 1, 12]],
  });
  const hours = (n) => swedish(new Date(Date.now() + n * HOUR_MS));
  const [planned, closed] = [otherMonth(made.round, 1), otherMonth(made.round, 2)];
  await made.tld('round', 'add', planned, '--opens', hours(30), '--closes', hours(50));
  await made.tld('round', 'add', closed, '--opens', hours(-50), '--closes', hours(-30));
  await made.tld('settings', '--contact', '"Å" <enkat@exempelkommun.se>, 08-123 456 78');
  const of = async (round, group) => (await links({ ...made, round })).find((l) => l.unit_code === '10000004' && l.group === group);
  return {
    made,
    link: (await of(made.round, CLASS)).code,
    young: (await of(made.round, '1C')).code,
    unit: (await links(made)).find((l) => l.unit_code === '10000004' && l.group === '' && l.form === 'grundskola-7-9').code,
    early: (await of(planned, CLASS)).code,
    late: (await of(closed, CLASS)).code,
  };
}

// Slips for the class 1C; the collector takes notice by itself.
async function slips({ made, young }, collector, dir) {
  const pdf = join(dir, 'slips.pdf');
  await made.tld('slips', '--round', made.round, '--unit', '10000004', '--group', '1C', '--count', '4', '--output', pdf,
    '--public-url', made.publicUrl);
  await eventually(async () => (await collector.form(young)).html.includes('name="code"'));
  return slipCodes(pdf, young);
}

// `spent`, `fresh`: two one-time codes.
async function pagesIn(lang, c, at, { spent, fresh }) {
  const pages = [];
  const keep = (name, reply) => pages.push({ name: `${name} in ${lang}`, ...reply });
  const path = (p, query = '') => `/${p}?lang=${lang}${query}`;
  const get = async (name, p, query) => keep(name, await c.get(path(p, query)));
  const post = async (name, p, fields, query, options) => keep(name, await c.post(path(p, query), fields, options));
  const given = async (p) => answers(readForm((await c.get(`/${p}`)).body));
  const { key, ...rest } = await given(at.link);
  const [first] = Object.keys(rest);

  await get('start', '');
  await get('mistyped code', '', '&code=%22%3E%3Cb%3E%26');
  await get('privacy', 'integritet');
  await get('accessibility', 'tillganglighet');
  await get('Tack', `${at.link}/tack`, '&sparat=1');
  await get('Tack that nothing was sent for', `${at.link}/tack`);
  await get('unknown link', 'AAAAAAAA');
  await get('no such page', 'a/b');
  await get('not open yet', at.early);
  await get('closed', at.late);
  await get('on a shared tablet', at.young, '&delad=3');
  await get('Tack on a shared tablet', `${at.young}/tack`, '&sparat=1&delad=4');
  await get('where a code can be typed', at.young);
  await get('opened by a slip', `${at.young}/${fresh}`);
  await get('opened by a used slip', `${at.young}/${spent}`);
  await get('opened by a shared tablet', `${at.young}/DELAD`);
  keep('another method', await c.request('PUT', path(at.link)));
  await post('too large', at.link, 'x='.repeat(10000));
  await post('another kind of body', at.link, '{}', '', { headers: { 'content-type': 'application/json' } });
  await post('nothing answered', at.link, { key });
  await post('most open', at.link, { key, [first]: rest[first] });
  await post('most open, one by one', at.young, { key: (await given(at.young)).key, code: fresh, [Object.keys(await given(at.young))[1]]: '1' }, '&delad=2');
  const young = { key: (await given(at.young)).key, code: fresh };
  await post('a step', at.young, { ...young, steg: 3, [Object.keys(await given(at.young))[3]]: '2' });
  await post('the last step', at.young, { ...young, steg: 99 });
  await post('a step on a shared tablet', at.young, { ...young, steg: 2 }, '&delad=3');
  await post('a step before the code is typed', at.young, { key: young.key, steg: 1 });
  await post('no class, an odd answer', at.unit, { key: '"><b>', ...rest, [first]: '"&<' });
  await post('unreadable', at.link, '%zz=1');
  await post('an unknown code', at.young, { ...(await given(at.young)), code: '"><b>&' });
  await post('a used code', at.young, { ...(await given(at.young)), code: spent });
  return pages;
}

// All of them, in each of the languages.
export async function everyPage(languages) {
  const work = workDir();
  const full = join(work.dir, 'full');
  const at = await aStore(work.dir);
  const c = await Collector.trial(at.made, { full });
  const pages = [];
  try {
    const [spent, fresh] = await slips(at, c, work.dir);
    const taken = await c.post(`/${at.young}`, { ...answers(await c.form(at.young)), code: spent });
    if (taken.status !== 303) throw new Error(`the code was not taken: ${taken.status}`);
    for (const lang of languages) pages.push(...await pagesIn(lang, c, at, { spent, fresh }));
    writeFileSync(full, '');
    for (const lang of languages)
      pages.push({ name: `not saved in ${lang}`, ...await c.post(`/${at.link}?lang=${lang}`, { ...answers(await c.form(at.link)), more: '"&<' }) });
  } finally {
    if (existsSync(full)) rmSync(full);
    await c.stop();
    work.remove();
  }
  return pages;
}
