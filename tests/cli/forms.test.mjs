// Goal: forms check says of every form file that it is right, or where it is wrong and what to do; forms preview writes
// all that a form looks like, or nothing, and never over what is not its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { Town, program } from './collector.mjs';

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

const files = (town, dir) => readdirSync(town.path(dir)).sort();

test('preview writes a page and a paper form for each language and an index that links them all; again replaces them', (t) => {
  const town = new Town(t);
  assert.equal(town.ok('forms', 'preview', 'forskola', '--output', 'out'), 'out/index.html: forskola in 6 languages\n');
  const made = files(town, 'out');
  assert.deepEqual(made, ['ar', 'en', 'fi', 'so', 'sv', 'uk'].flatMap((l) => [`forskola-${l}.html`, `forskola-${l}.pdf`]).concat('index.html'));
  const index = readFileSync(town.path('out/index.html'), 'utf8');
  assert.deepEqual([...index.matchAll(/href="\.\/([^"]+)"/g)].map((m) => m[1]).sort(), made.filter((f) => f !== 'index.html'));
  for (const file of made.filter((f) => f.endsWith('.pdf'))) assert.equal(readFileSync(town.path(`out/${file}`)).subarray(0, 5).toString(), '%PDF-');
  for (const file of made.filter((f) => f.endsWith('.html')))
    for (const [, link] of readFileSync(town.path(`out/${file}`), 'utf8').matchAll(/href="(?!#|data:)([^"]*)"/g))
      assert.ok(made.includes(link.slice(2)), `${file} links ${link}`);
  writeFileSync(town.path('out/forskola-sv.html'), 'spoilt');
  writeFileSync(town.path('out/of-mine.txt'), 'mine');
  town.ok('forms', 'preview', 'forskola', '--output', 'out');
  assert.match(readFileSync(town.path('out/forskola-sv.html'), 'utf8'), /Det här är en förhandsvisning/);
  assert.deepEqual(files(town, 'out'), [...made, 'of-mine.txt'].sort());
});

test('a form of one\'s own is previewed from its file; no store is needed or made', (t) => {
  const town = new Town(t);
  town.file('egen.yaml', readFileSync('forms/personal.yaml', 'utf8').replace('id: personal', 'id: egen'));
  town.ok('forms', 'preview', 'egen.yaml', '--output', './egen/');
  town.ok('forms', 'preview', 'egen.yaml', '--output', 'a/b/c/');
  assert.deepEqual(files(town, 'a/b/c'), files(town, 'egen'), 'folders that are missing are made');
  assert.deepEqual(files(town, 'egen'), ['egen-en.html', 'egen-en.pdf', 'egen-sv.html', 'egen-sv.pdf', 'index.html']);
  assert.deepEqual(files(town, '.'), ['a', 'egen', 'egen.yaml']);
});

test('a form with faults is told by line and column, and no folder is made', (t) => {
  const town = new Town(t);
  const lines = readFileSync('forms/grundskola-4-6.yaml', 'utf8').split('\n');
  const at = lines.findIndex((l) => l.startsWith('version:'));
  town.file('grundskola-4-6.yaml', [...lines.slice(0, at), 'version: one', ...lines.slice(at + 1)].join('\n'));
  const check = town.run(['forms', 'check', 'grundskola-4-6.yaml']).stderr.split('\n')[0];
  const said = town.refused('forms', 'preview', 'grundskola-4-6.yaml', '--output', 'out');
  assert.equal(said[0], check);
  assert.match(said[0], new RegExp(`^grundskola-4-6\\.yaml:${at + 1}:\\d+: `));
  assert.match(said.at(-1), /1 fault to mend/);
  assert.match(town.refused('forms', 'preview', 'nonsense', '--output', 'out')[0], /there is no form nonsense/);
  assert.equal(town.run(['forms', 'preview', 'forskola']).status, 2);
  town.file('forskola.yaml', readFileSync('forms/forskola.yaml', 'utf8').replaceAll('symbol: smiley-sad', 'symbol: smiley-angry'));
  assert.match(town.refused('forms', 'preview', './forskola.yaml', '--output', 'out')[0], /symbol smiley-angry/);
  assert.equal(existsSync(town.path('out')), false);
});

test('files of others are never replaced: it says which, and nothing is written', (t) => {
  const town = new Town(t);
  const kept = () => files(town, 'out').map((f) => [f, readFileSync(town.path(`out/${f}`), 'latin1')]);
  mkdirSync(town.path('out'));
  for (const name of ['index.html', 'forskola-so.pdf']) {
    town.file(`out/${name}`, 'mine');
    const before = kept();
    assert.match(town.refused('forms', 'preview', 'forskola', '--output', 'out')[0], new RegExp(`out/${name.replace('.', '\\.')} is there already`));
    assert.deepEqual(kept(), before);
    rmSync(town.path(`out/${name}`));
  }
  // nor another form's preview
  town.ok('forms', 'preview', 'forskola', '--output', 'out');
  const before = kept();
  assert.match(town.refused('forms', 'preview', 'personal', '--output', 'out')[0], /out\/index\.html is there already/);
  assert.deepEqual(kept(), before);
  // a file where the folder should be; a folder that can not be made; a folder in the place of a file
  town.file('plain', 'x');
  assert.match(town.refused('forms', 'preview', 'forskola', '--output', 'plain')[0], /plain is a file: name a folder/);
  assert.match(town.refused('forms', 'preview', 'forskola', '--output', 'plain/such')[0], /can not make the folder plain\/such/);
  rmSync(town.path('out/forskola-uk.pdf'));
  mkdirSync(town.path('out/forskola-uk.pdf'));
  assert.match(town.refused('forms', 'preview', 'forskola', '--output', 'out')[0], /forskola-uk\.pdf/);
});

test('when there is no room nothing is left behind, and what was there stays', (t) => {
  const town = new Town(t);
  const limited = (dir) => spawnSync('sh', ['-c', 'trap "" XFSZ; ulimit -f 96; exec "$0" forms preview forskola --output "$1"', program, dir],
    { cwd: town.dir, env: town.env(), encoding: 'utf8' }); // 48 kB: a page has room, the Arabic paper form has not
  let r = limited('out');
  assert.equal(r.status, 1, r.stdout);
  assert.match(r.stderr, /can not write out\/forskola-ar\.pdf: File too large/);
  assert.equal(existsSync(town.path('out')), false);
  town.ok('forms', 'preview', 'forskola', '--output', 'out');
  const before = files(town, 'out').map((f) => [f, readFileSync(town.path(`out/${f}`), 'latin1')]);
  r = limited('out');
  assert.equal(r.status, 1);
  assert.deepEqual(files(town, 'out').map((f) => [f, readFileSync(town.path(`out/${f}`), 'latin1')]), before);
});
