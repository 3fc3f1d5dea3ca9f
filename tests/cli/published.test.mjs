// Goal: a table holds only what the ledger knows: rounds that are published as they are now. So no two files of a round
// differ by a few children whose answers the difference would be.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { Town, analysis, questions, table } from './collector.mjs';

const FORM = 'grundskola-4-6';
const UNITS = 'unit_code,unit_name,area,school_forms\nA1,Asken,Norr,grundskola\nB2,Björken,Norr,grundskola\nC3,Cedern,Syd,grundskola\n';

function run(town, ...args) {
  return spawnSync(analysis, args, { cwd: town.dir, env: town.env(), encoding: 'utf8' });
}

function told(town, ...args) {
  const r = run(town, ...args);
  assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
  return r;
}

// The one line that refuses; no file is left.
function refused(town, ...args) {
  const r = run(town, ...args, '--output', 'refused.csv');
  assert.equal(r.status, 1, `${args.join(' ')}: ${r.stderr}`);
  assert.ok(!existsSync(town.path('refused.csv')));
  assert.match(r.stderr, /^[^\n]+\n$/);
  return r.stderr;
}

// Answers of classes to come in: [unit, class, how many].
function answers(town, round, classes) {
  const ids = questions(FORM);
  const lines = classes.flatMap(([unit, name, persons]) =>
    Array.from({ length: persons }, (_, p) => [unit, name, ...ids.map((id, q) => 1 + ((p * 7 + q) % (id === 'kon' ? 2 : 4)))].join(',')),
  );
  town.file('answers.csv', `unit_code,group,${ids.join(',')}\n${lines.join('\n')}\n`);
  town.ok('import', 'responses', 'answers.csv', '--round', round, '--form', FORM);
}

// A store with two sealed rounds of three schools, of which none is published.
function village(t) {
  const town = new Town(t);
  const groups = ['4A', '4B', '4C'].flatMap((name) =>
    [2024, 2025].flatMap((year) => ['A1', 'B2', 'C3'].map((unit) => `${unit},${year}/${year + 1},${name},grundskola,4,20\n`)),
  );
  town.ok('init', '--organisation', 'Exempelkommun');
  town.ok('import', 'units', town.file('units.csv', UNITS));
  town.ok('import', 'groups', town.file('groups.csv', `unit_code,school_year,group,school_form,grade,enrolled\n${groups.join('')}`));
  for (const round of ['2024-10', '2025-10']) {
    town.ok('round', 'add', round, '--form', FORM);
    answers(town, round, ['A1', 'B2', 'C3'].map((unit) => [unit, '4A', 16]));
  }
  return town;
}

const rounds = (r) => [...new Set(table(r.stdout.replaceAll(/"[^"]*"/g, '')).map((row) => row.round))];
const publish = (round) => new RegExp(`: run 'tld-analysis publish --round ${round}'`);

test('a sealed round is in no table before it is published', (t) => {
  const town = village(t);
  for (const audience of [[], ['--public'], ['--live']]) {
    assert.match(refused(town, 'progression', ...audience), /none of 2 sealed rounds can be shown, since none is published/);
    assert.match(refused(town, 'progression', ...audience), publish('2025-10'));
    const one = refused(town, 'compare', '--round', '2024-10', '--by', 'unit', ...audience);
    assert.match(one, /round 2024-10 can not be shown, since it is not published/);
    assert.match(one, publish('2024-10'));
  }
  told(town, 'publish', '--round', '2024-10');
  for (const audience of [[], ['--public'], ['--live']]) {
    const r = told(town, 'progression', ...audience);
    assert.deepEqual(rounds(r), ['2024-10'], 'and not 2025-10');
    assert.equal(r.stderr.split('\n').length, 2, 'a line');
    assert.match(r.stderr, /round 2025-10 is left out, since it is not published/);
    assert.match(r.stderr, publish('2025-10'));
    assert.equal(told(town, 'compare', '--round', '2024-10', '--by', 'unit', ...audience).stderr, '', 'of its own round alone');
  }
  told(town, 'publish', '--round', '2025-10');
  const r = told(town, 'progression');
  assert.deepEqual(rounds(r), ['2024-10', '2025-10']);
  assert.equal(r.stderr, '');
});

test('a class that comes late, of many or few, is in no table before it is published', (t) => {
  const town = village(t);
  told(town, 'publish', '--round', '2025-10');
  const before = told(town, 'progression').stdout;
  for (const late of [['A1', '4B', 7], ['B2', '4B', 3]]) {
    answers(town, '2025-10', [late]);
    for (const audience of [[], ['--public']]) {
      const r = told(town, 'progression', ...audience);
      assert.deepEqual(rounds(r), ['2024-10']);
      assert.match(r.stderr, /round 2025-10 is left out, since its answers or areas have changed since it was published/);
      assert.match(refused(town, 'compare', '--round', '2025-10', '--by', 'group', ...audience), /have changed since it was published/);
    }
  }
  told(town, 'publish', '--round', '2025-10');
  const now = told(town, 'progression');
  assert.equal(now.stderr, '');
  assert.deepEqual(rounds(now), ['2024-10', '2025-10']);
  assert.notEqual(now.stdout, before);
});

test('a round that is left out is in no change and no trend of those that are told', (t) => {
  const town = village(t);
  const municipality = (r) => table(r.stdout.replaceAll(/"[^"]*"/g, '')).filter((row) => row.round === '2025-10' && row.level === 'municipality');
  told(town, 'publish', '--round', '2025-10');
  assert.ok(municipality(told(town, 'progression')).some((row) => row.change_same_month !== ''));
  answers(town, '2024-10', [['A1', '4B', 7]]);
  const r = told(town, 'progression');
  assert.match(r.stderr, /round 2024-10 is left out/);
  assert.deepEqual(rounds(r), ['2025-10']);
  assert.ok(municipality(r).every((row) => row.change_same_month === '' && row.change_previous === ''));
  assert.ok(municipality(r).some((row) => row.mean !== ''));
});

test('when a unit has another area, each round is published anew first', (t) => {
  const town = village(t);
  told(town, 'publish', '--round', '2025-10');
  town.ok('import', 'units', town.file('units.csv', UNITS.replace('Björken,Norr', 'Björken,Syd')));
  assert.match(refused(town, 'progression'), /none of 2 sealed rounds can be shown/);
  assert.match(refused(town, 'compare', '--round', '2025-10', '--by', 'area'), /its answers or areas have changed/);
  told(town, 'publish', '--round', '2025-10');
  assert.deepEqual(rounds(told(town, 'progression')), ['2024-10', '2025-10'], 'the later one publishes the earlier one too');
});

// A store with a closed round that is not sealed.
function closed(t) {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  town.ok('round', 'open', '2027-04');
  town.ok('round', 'close', '2027-04');
  return town;
}

const OPEN = ['round', 'open', '2027-04', '--closes', '2099-01-01 12:00'];

test('a closed round that was looked at is not opened again, and can be sealed', (t) => {
  for (const look of [['progression'], ['compare', '--round', '2027-04', '--by', 'unit']]) {
    const town = closed(t);
    told(town, 'progression');
    town.ok(...OPEN);
    told(town, 'progression', '--live');
    town.ok('round', 'close', '2027-04');
    town.ok(...OPEN);
    town.ok('round', 'close', '2027-04');
    assert.match(told(town, ...look, '--live').stderr, /round 2027-04 is not sealed/);
    assert.match(town.refused(...OPEN)[0], /2027-04 was looked at with --live since it closed, and can not be opened again: .*seal/);
    assert.match(town.ok('round', 'list'), /^2027-04 +closed/m);
    told(town, ...look, '--live');
    town.ok('round', 'seal', '2027-04');
  }
});

test('a look is recorded in the ledger, once, and one that can not be is not shown', (t) => {
  const town = closed(t);
  const ask = (sql) => spawnSync('sqlite3', [town.store, sql], { encoding: 'utf8' }).stdout;
  const releases = () => ask('SELECT count(*), max(audience) FROM release');
  ask("CREATE TRIGGER no BEFORE INSERT ON release BEGIN SELECT RAISE(FAIL, 'no room'); END");
  assert.match(refused(town, 'progression', '--live'), /what a live look shows has to be recorded first: .*no room/);
  ask('DROP TRIGGER no');
  assert.equal(releases(), '0|\n');
  for (let look = 0; look < 2; look++) {
    told(town, 'progression', '--live');
    assert.equal(releases(), '3|0\n', 'its three forms, for the administration');
  }
});

test('compare looks at its own round alone', (t) => {
  const town = closed(t);
  town.ok('round', 'add', '2027-03');
  town.ok('round', 'close', '2027-03');
  told(town, 'compare', '--round', '2027-03', '--by', 'unit', '--live');
  town.ok(...OPEN);
});

test('a look that can not be noted shows nothing', (t) => {
  const town = closed(t);
  const sql = "CREATE TRIGGER no BEFORE INSERT ON live_look BEGIN SELECT RAISE(FAIL, 'no room'); END";
  assert.equal(spawnSync('sqlite3', [town.store, sql]).status, 0);
  assert.match(refused(town, 'progression', '--live'), /round 2027-04: a look before it is sealed has to be noted in the store first: .*no room/);
  town.ok(...OPEN);
});

test('the help says which rounds are told, and what a live look is', (t) => {
  const town = new Town(t);
  for (const command of ['progression', 'compare']) {
    const help = told(town, command, '--help').stdout;
    assert.match(help, /`tld-analysis publish`/);
    assert.match(help, /--live .*can not be opened again/);
  }
});
