// Goal: docs/methods.md has every function of the statistics, by its whole name, and names none that is not there.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const HEADERS = readdirSync('analysis').filter((name) => /^stat_\w+\.h$/.test(name) && !name.endsWith('_part.h'));
const MODULES = HEADERS.map((name) => name.slice(0, -2));

const declared = (header) => [...header.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\b(stat_\w+)\s*\(/g)].map(([, name]) => name);
const named = (text) => [...new Set([...text.matchAll(/\bstat_\w+/g)].map(([name]) => name))];

function faults(functions, text) {
  const names = named(text);
  return [
    ...functions.filter((name) => !names.includes(name)).map((name) => `${name} is not in docs/methods.md`),
    ...names.filter((name) => !functions.includes(name) && !MODULES.includes(name)).map((name) => `there is no ${name}`),
  ];
}

test('every function of the statistics is in docs/methods.md, and no other', () => {
  const functions = HEADERS.flatMap((name) => declared(readFileSync(`analysis/${name}`, 'utf8')));
  assert.ok(functions.length > 80, 'run from the root of the tree');
  assert.deepEqual(faults(functions, readFileSync('docs/methods.md', 'utf8')), []);
});

test('fails when one is missing, gone, or meant by a wildcard', () => {
  const functions = declared('/* stat_old(x) */ double stat_new(double x);\nstruct stat_value stat_other(\n    int n);');
  assert.deepEqual(functions, ['stat_new', 'stat_other']);
  assert.deepEqual(faults(functions, '`stat_new`, `stat_other`'), []);
  assert.deepEqual(faults(functions, '`stat_new`, `stat_old`, `stat_table_*`'), [
    'stat_other is not in docs/methods.md',
    'there is no stat_old',
    'there is no stat_table_',
  ]);
});
