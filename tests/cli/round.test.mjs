// Goal: a round gets the forms and links that its classes need, passes through its states in order, and follows the
// classes as long as it may.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { GROUPS, Town, analysis, table } from './collector.mjs';

const LINK = /^https:\/\/tld\.exempelkommun\.se\/[ACDEFGHJKMNPQRTWXY34679]{8}$/;

test('a round pins the forms that fit and gives every class and unit its link', (t) => {
  const town = Town.ready(t);
  const said = town.ok('round', 'add', '2027-04');
  assert.match(said, /^round 2027-04: opens 2027-04-01 06:00, closes 2027-04-30 20:00$/m);
  assert.match(said, /^forms: forskoleklass-3, grundskola-4-6, grundskola-7-9$/m);
  const links = town.links('2027-04');
  assert.deepEqual(
    links.map((l) => [l.unit_code, l.group, l.form]),
    [
      ['00012345', '', 'forskoleklass-3'],
      ['00012345', '', 'grundskola-4-6'],
      ['00012345', 'FA', 'forskoleklass-3'],
      ['00012345', '4A', 'grundskola-4-6'],
      ['00012346', '', 'grundskola-7-9'],
      ['00012346', '7B', 'grundskola-7-9'],
    ],
  );
  for (const l of links) assert.match(l.url, LINK);
  assert.equal(new Set(links.map((l) => l.url)).size, links.length);
  assert.deepEqual(town.links('2027-04', '--unit', '00012346'), links.slice(4));
});

test('times are Swedish and must make sense; forms can be named or be files', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2026-12', '--opens', '2026-12-01 08:00', '--closes', '2026-12-05 16:00', '--form', 'grundskola-4-6');
  assert.match(town.ok('round', 'list'), /^2026-12 +\w+ +2026-12-01 08:00 +2026-12-05 16:00 +0$/m);
  assert.match(town.refused('round', 'add', '2026-12')[0], /2026-12 exists already/);
  assert.match(town.refused('round', 'add', '2027-13')[0], /month must be between/);
  assert.match(town.refused('round', 'add', 'hösten')[0], /'hösten' is not a round/);
  assert.match(town.refused('round', 'add', '2027-03', '--opens', '2027-03-28 02:30')[0], /--opens: .*does not exist on a Swedish clock/);
  assert.match(town.refused('round', 'add', '2027-03', '--opens', '2027-04-28 02:30')[0], /would close before it opens/);
  assert.match(town.refused('round', 'add', '2027-03', '--form', 'nonsense')[0], /no form nonsense/);
  assert.match(town.refused('round', 'add', '2027-03', '--form', 'grundskola-4-6', '--form', 'grundskola-4-6')[0], /named twice/);

  const text = readFileSync('forms/grundskola-4-6.yaml', 'utf8').replace('id: grundskola-4-6', 'id: egen');
  town.file('egen.yaml', text);
  const both = town.refused('round', 'add', '2027-03', '--form', 'grundskola-4-6', '--form', 'egen.yaml');
  assert.match(both[0], /class 4A of unit 00012345 fits both grundskola-4-6 and egen/);
  assert.ok(!town.ok('round', 'list').includes('2027-03'), 'a refused round leaves nothing');
  town.ok('round', 'add', '2027-03', '--form', 'egen.yaml');
  assert.deepEqual(town.links('2027-03').map((l) => l.form), ['egen', 'egen']);
});

test('pupils and guardians are asked in one round when all forms are named, and the help says so', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04', '--form', 'vardnadshavare');
  assert.deepEqual([...new Set(town.links('2027-04').map((l) => l.form))], ['vardnadshavare'], 'the named one alone');
  town.ok('round', 'add', '2027-03', '--form', 'grundskola-4-6', '--form', 'grundskola-7-9', '--form', 'vardnadshavare');
  assert.deepEqual(town.links('2027-03').filter((l) => l.group === '4A').map((l) => l.form), ['grundskola-4-6', 'vardnadshavare']);
  assert.match(town.ok('round', 'add', '--help'), /Naming a form replaces\nthe default: to ask guardians, staff or leaders beside the pupils, name all/);
});

test('without classes there is nothing to choose forms by', (t) => {
  const town = Town.ready(t);
  assert.match(town.refused('round', 'add', '2030-10')[0], /no classes for 2030\/2031: import them first/);
  town.ok('round', 'add', '2030-10', '--form', 'grundskola-7-9');
  assert.deepEqual(town.links('2030-10'), []);
});

test('a planned round follows its classes, an open one keeps its links', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  const before = town.links('2027-04');
  town.file('g.csv', GROUPS.replace('7B,grundskola,7', '7B,grundskola,5') + '00012345,2026/2027,5D,grundskola,5,20\n');
  town.ok('import', 'groups', 'g.csv');
  const after = town.links('2027-04');
  assert.deepEqual(after.slice(0, 4), before.slice(0, 4), 'a link that is printed stays');
  assert.deepEqual(after.slice(4).map((l) => [l.unit_code, l.group, l.form]), [
    ['00012345', '5D', 'grundskola-4-6'],
    ['00012346', '', 'grundskola-4-6'],
    ['00012346', '7B', 'grundskola-4-6'],
  ]);
  town.ok('round', 'open', '2027-04');
  town.file('h.csv', GROUPS);
  assert.match(town.refused('import', 'groups', 'h.csv')[0], /^h\.csv:4: class 7B of unit 00012346 already has links in round 2027-04/);
  town.file('i.csv', `${GROUPS.split('\n')[0]}\n00012346,2026/2027,6X,grundskola,6,10\n`);
  assert.match(town.ok('import', 'groups', 'i.csv'), /round 2027-04: 0 links to units and 1 to classes added/);
  assert.equal(town.links('2027-04').length, after.length + 1);
});

test('states: open, close, open again, close, seal, and never back', async (t) => {
  const town = Town.ready(t);
  const state = () => table(town.ok('round', 'list', '--format', 'csv'))[0].state;
  town.ok('round', 'add', '2027-04');
  assert.equal(state(), 'planned');
  assert.match(town.refused('round', 'seal', '2027-04')[0], /is planned: close it first/);
  assert.equal(town.ok('round', 'open', '2027-04'), 'round 2027-04 is open\n');
  assert.equal(state(), 'open');
  assert.match(town.refused('round', 'seal', '2027-04')[0], /is open: close it first/);
  town.ok('round', 'close', '2027-04');
  assert.equal(state(), 'closed');
  await sleep(1100); // it was open for a second
  assert.match(town.refused('round', 'open', '2027-04')[0], /would close at once: give a time to come with --closes/);
  assert.match(town.refused('round', 'open', '2027-04', '--closes', '2020-01-01 12:00')[0], /would close at once/);
  town.ok('round', 'open', '2027-04', '--closes', '2099-01-01 12:00');
  assert.equal(state(), 'open');
  town.ok('round', 'close', '2027-04');
  assert.equal(town.ok('round', 'seal', '2027-04'), 'round 2027-04 is sealed\n');
  assert.equal(state(), 'sealed');
  town.ok('round', 'seal', '2027-04');
  for (const command of ['open', 'close']) assert.match(town.refused('round', command, '2027-04')[0], /is sealed/);
  assert.match(town.refused('round', 'show', '2026-01')[0], /no round 2026-01/);
});

test('a round whose time is past is shown closed and can be sealed, with no collector running', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2025-10', '--form', 'grundskola-4-6');
  assert.match(town.ok('round', 'list'), /^2025-10 +closed/m);
  town.ok('round', 'seal', '2025-10');
  assert.match(town.ok('round', 'list'), /^2025-10 +sealed/m);
});

test('show: the state and a row per unit, class and form', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  assert.match(town.ok('round', 'show', '2027-04'), /^state +planned$[^]*^responses +0 of 75 \(0 %\)$/m);
  const rows = table(town.ok('round', 'show', '2027-04', '--format', 'csv'));
  assert.deepEqual(rows[0], {
    unit_code: '00012345', unit_name: 'Norra skolan', group: '', form: 'forskoleklass-3', responses: '0', enrolled: '22', response_rate: '0.000',
  });
  assert.equal(rows.length, 6);
  const excel = town.ok('round', 'show', '2027-04', '--excel');
  assert.ok(excel.startsWith('\uFEFFunit_code;unit_name;group;form;'));
  assert.ok(excel.includes('00012346;Åsbacken;7B;grundskola-7-9;0;28;0,000\r\n'));
});

test('the public address is checked, kept, and can be given anew', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  for (const bad of ['tld.se', 'ftp://tld.se', 'https://', 'https://å.se', 'https://a.se/?x=1', 'https://u@a.se', 'https://a.se:99999'])
    assert.equal(town.run(['access', 'list', '--round', '2027-04', '--public-url', bad]).status, 1, bad);
  const [other] = town.links('2027-04', '--public-url', 'http://127.0.0.1:8080/');
  assert.match(other.url, /^http:\/\/127\.0\.0\.1:8080\/[A-Z0-9]{8}$/);
  assert.match(town.links('2027-04')[0].url, LINK, 'a listing does not change what is kept');
  const bare = new Town(t);
  bare.ok('init', '--organisation', 'B');
  bare.ok('import', 'units', bare.file('u.csv', 'unit_code,unit_name,school_forms\n1,En,grundskola\n'));
  bare.ok('round', 'add', '2027-04', '--form', 'grundskola-4-6');
  assert.match(bare.refused('access', 'list', '--round', '2027-04')[0], /give it with --public-url/);
  const env = bare.run(['access', 'list', '--round', '2027-04'], { env: { TLD_PUBLIC_URL: 'https://x.example' } });
  assert.equal(env.status, 0);
});

test('a table without any sealed round says so', (t) => {
  const town = Town.ready(t);
  const r = spawnSync(analysis, ['progression'], { env: town.env(), encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stdout, /^round,[^\n]*\r?\n$/);
  assert.match(r.stderr, /no round is sealed yet/);
});
