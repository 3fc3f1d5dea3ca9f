// Goal: the page for a principal, docs/statistik.md, is one printed page, and explains the very words that the tables use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { marked } from 'marked';

import { launch } from './browser.mjs';

const BUILD = process.env.TLD_BUILD ?? 'build/release';
const TEXT = readFileSync('docs/statistik.md', 'utf8');

// As a municipality's word processor would have it: A4, 11 points, two centimetres around.
const STYLE = `@page { size: A4; margin: 20mm }
  body { font: 11pt/1.25 "Noto Serif", serif; margin: 0 } h1 { font-size: 16pt; margin: 0 } p { margin: .5em 0 }
  table { border-collapse: collapse } td, th { border: 1px solid; padding: .1em .4em; text-align: left }`;

test('it prints on one A4 page', async () => {
  const browser = await launch();
  after(() => browser.close());
  const page = await browser.newPage();
  await page.setContent(`<!doctype html><html lang=sv><meta charset=utf-8><title>Statistik</title><style>${STYLE}</style>${marked.parse(TEXT)}`);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.match(execFileSync('pdfinfo', ['-'], { input: pdf, encoding: 'utf8' }), /^Pages: +1$/m);
});

test('it has the words of the tables', () => {
  const columns = execFileSync(join(BUILD, 'tld-analysis'), ['columns', 'progression'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  const text = TEXT.replace(/\s+/g, ' ').toLowerCase();
  const words = [
    'tydlig skillnad', 'möjlig skillnad', 'ingen påvisad skillnad', 'för få svar', 'låg svarsfrekvens', 'mycket låg svarsfrekvens',
    'uppnått', 'inte uppnått', 'kan inte avgöras', '0/12', '12/12',
  ];
  for (const word of words) {
    assert.ok(columns.includes(word), `no column has ${word}`);
    assert.ok(text.includes(word), `${word} is not explained`);
  }
});
