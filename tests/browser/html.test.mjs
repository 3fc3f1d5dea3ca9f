// Goal: what is sent is HTML as the standard has it: every form in every language, for a class or where the pupil picks it,
// the pages about the survey in every language, every other page in one written from the left and one from the right,
// with names and input that HTML would trip over, and the previews. Whatever the validator says
// fails; the rules that are off stand below with why. axe, which sees the page alive, judges roles and names.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { HtmlValidate, StaticConfigLoader } from 'html-validate';

import { workDir } from '../support/collector.mjs';
import { everyPage } from './every_page.mjs';
import { everyForm, FORMS } from './school.mjs';

const LANGUAGES = ['sv', 'en', 'ar', 'so', 'uk', 'fi'];
const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    'no-missing-references': 'error', // labels, fragments and aria-… that lead nowhere
    // taste, that costs every pupil some bytes
    'doctype-style': 'off',
    'no-implicit-button-type': 'off', // a button sends; the ones that do not say so
    'no-implicit-input-type': 'off',
    'long-title': 'off', // "not sent yet", the form, the school and the class
  },
}));

async function faults(html) {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map((m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}: ${html.split('\n')[m.line - 1].slice(0, 200)}`));
}

let s;
before(async () => {
  s = await everyForm();
});
after(() => s?.close());

test('the validator finds what is wrong', async () => {
  const { body } = await s.collector.get(`${new URL(s.links.forskola).pathname}?lang=ar`);
  for (const [from, to] of [
    ['</legend>', '</span></legend>'], ['id="s2"', 'id="s1"'], ['<h1>', '<ul><p>x</p></ul><h1>'], ['<legend>', '<p>x</p><legend>'],
    ['<main>', '<main id="a" id="b">'], ['</main>', '</main><main></main>'], ['<h1>', '<p>&nosuch; a < b</p><h1>'], ['dir="rtl"', 'dir="right"'],
    ['<h1>', '<label for="nowhere">x</label><h1>'], ['<span class="f">', '<div class="f">'], [' hidden>', ' hidden="maybe">'],
  ]) {
    assert.ok(body.includes(from), from);
    assert.ok((await faults(body.replace(from, to))).length > 0, to);
  }
});

test('every form, in every language, for a class and for a unit in turn; the pages about the survey', async () => {
  const paths = FORMS.flatMap(({ id, languages }, f) =>
    languages.map((lang, l) => `${new URL(((f + l) % 2 ? s.links : s.unitLinks)[id]).pathname}?lang=${lang}`));
  paths.push(...LANGUAGES.flatMap((lang) => [`/integritet?lang=${lang}`, `/tillganglighet?lang=${lang}`]));
  assert.equal(paths.length, 64 + 12);
  for (const path of paths) {
    const reply = await s.collector.get(path);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-language'], path.slice(-2));
    assert.deepEqual(await faults(reply.body), [], path);
  }
});

test('every other page, whatever its status', async () => {
  const pages = await everyPage(['sv', 'ar']);
  for (const { name, status, headers, body } of pages) {
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', name);
    assert.match(body, new RegExp(`<html lang="${name.slice(-2)}"`), name);
    assert.deepEqual(await faults(body), [], `${name}, ${status}`);
  }
  assert.deepEqual([...new Set(pages.map((p) => p.status))].sort(), [200, 403, 404, 405, 409, 410, 413, 415, 422, 503]);
});

test('what "forms preview" writes: a form of each presentation in each language, and the page that lists them', async () => {
  const work = workDir();
  for (const { id, languages } of FORMS.filter((f) => ['forskola', 'grundskola-7-9'].includes(f.id))) {
    await s.made.tld('forms', 'preview', id, '--output', join(work.dir, id));
    const files = readdirSync(join(work.dir, id)).filter((name) => name.endsWith('.html'));
    assert.equal(files.length, languages.length + 1);
    for (const name of files) assert.deepEqual(await faults(readFileSync(join(work.dir, id, name), 'utf8')), [], name);
  }
  work.remove();
});
