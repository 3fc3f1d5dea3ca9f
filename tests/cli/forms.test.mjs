// Goal: forms check says of every form file that it is right, or where it is wrong and what to do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Town } from './collector.mjs';

test('the installed forms are right', (t) => {
  const said = new Town(t).ok('forms', 'check');
  for (const id of ['forskoleklass-3', 'grundskola-4-6', 'grundskola-7-9']) assert.match(said, new RegExp(`: ${id}, version \\d+, \\d+ questions`));
});

test('faults have file, line and column; the good file beside is told as good', (t) => {
  const town = new Town(t);
  const text = readFileSync('forms/grundskola-4-6.yaml', 'utf8');
  const lines = text.split('\n');
  const at = lines.findIndex((l) => l.startsWith('version:'));
  town.file('good.yaml', text.replace('id: grundskola-4-6', 'id: good'));
  town.file('bad.yaml', [...lines.slice(0, at), 'version: one', ...lines.slice(at + 1)].join('\n'));
  const r = town.run(['forms', 'check', 'good.yaml', 'bad.yaml', 'none.yaml']);
  assert.equal(r.status, 1);
  assert.match(r.stdout, /^good\.yaml: good, version/);
  assert.match(r.stderr, new RegExp(`^bad\\.yaml:${at + 1}:\\d+: `, 'm'));
  assert.match(r.stderr, /^none\.yaml: /m);
  assert.match(r.stderr, /^tld-collector forms check: \d+ faults in 2 files$/m);
  town.file('twin.yaml', text.replace('id: grundskola-4-6', 'id: good'));
  assert.match(town.run(['forms', 'check', 'twin.yaml']).stderr, /^twin\.yaml:.* must be named good\.yaml$/m);
});
