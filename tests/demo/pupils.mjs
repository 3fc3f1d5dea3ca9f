// Simulated pupils: each opens the link as a phone does, fills in the page that came and sends it.
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseCsv, readForm } from '../support/collector.mjs';

const AT_ONCE = 24; // a class or so at a time

// The classes on a unit's page: {"5A": "17", …}, the name as the pupil reads it and what the page sends for it.
function classesOf(html) {
  const found = {};
  for (const [, attributes, label] of html.matchAll(/<input\b([^>]*\bname="?group"?[^>]*)>\s*(?:<[^>]*>\s*)*([^<]*)</g))
    found[label.trim()] = attributes.match(/\bvalue="?([^"\s>]*)/)[1];
  return found;
}

// What the pupil answered, in the fields of the page; a question without an answer is left out.
function fill(page, pupil) {
  const { unit_code, group, ...answers } = pupil.answers;
  const fields = { key: page.key, sure: '1' }; // whoever skips most questions has been asked about it
  for (const [id, value] of Object.entries(answers)) {
    if (value === '') continue;
    if (!page.questions[id]?.includes(value)) throw new Error(`the page has no answer ${value} to ${id}`);
    fields[id] = value;
  }
  if (page.groups.length > 0) {
    fields.group = classesOf(page.html)[group];
    if (!fields.group) throw new Error(`${group} can not be picked on the page of ${unit_code}`);
  }
  return fields;
}

async function answerOne(collector, pupil, agent) {
  const page = await collector.form(pupil.code, { agent });
  const fields = fill(page, pupil);

  for (let i = 0; i < (pupil.sendsTwice ? 2 : 1); i++) {
    const reply = await collector.post(`/${pupil.code}`, fields, { agent });
    if (reply.status !== 303) throw new Error(`an answer got ${reply.status}`);
    const thanks = await collector.get(reply.headers.location, { agent });
    if (thanks.status !== 200) throw new Error(`the thanks got ${thanks.status}`);
  }
}

// Every line of answers-<round>-<form>.csv as a pupil with a link: mostly the class's, for some the school's.
function pupilsOf({ links, dir, round, forms }) {
  const codes = new Map(links.map((l) => [`${l.unit_code} ${l.group} ${l.form}`, l.url.split('/').at(-1)]));
  const pupils = [];

  for (const form of forms)
    for (const answers of parseCsv(readFileSync(join(dir, `answers-${round}-${form}.csv`), 'utf8'))) {
      const byUnitLink = pupils.length % 4 === 3;
      const code = codes.get(`${answers.unit_code} ${byUnitLink ? '' : answers.group} ${form}`);
      if (code === undefined) throw new Error(`${answers.unit_code} ${answers.group} has no link to ${form}`);
      pupils.push({ answers, code, byUnitLink, sendsTwice: pupils.length % 20 === 7 });
    }
  return pupils;
}

// Lets all of them answer; {answered, byUnitLink, sentTwice}. Throws when one is not thanked.
export async function answerAll({ collector, show, ...municipality }) {
  const pupils = pupilsOf(municipality);
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const waiting = pupils.values();
  let answered = 0;

  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const pupil of waiting) {
        await answerOne(collector, pupil, agent);
        show(`${++answered} of ${pupils.length}`);
      }
    }),
  );
  agent.destroy();
  return {
    answered,
    byUnitLink: pupils.filter((p) => p.byUnitLink).length,
    sentTwice: pupils.filter((p) => p.sendsTwice).length,
  };
}
