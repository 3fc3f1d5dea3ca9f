// Goal: which unit carries on which comes in whole or not at all; every faulty line is told; nothing carries on itself.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { Town } from './collector.mjs';

const CODES = ['A1', 'B2', 'C3', 'D4', 'E5'];
const HEAD = 'predecessor_code,successor_code,from';

// A store with five units.
function village(t) {
  const town = new Town(t);
  town.ok('init', '--organisation', 'Exempelkommun');
  town.file('units.csv', `unit_code,unit_name,school_forms\n${CODES.map((c) => `${c},Skolan ${c},grundskola\n`).join('')}`);
  town.ok('import', 'units', 'units.csv');
  return town;
}

const put = (town, rows, ...more) => {
  town.file('s.csv', `${[HEAD, ...rows].join('\n')}\n`);
  return ['import', 'successions', 's.csv', ...more];
};

function stored(town) {
  const sql = `SELECT p.code, s.code, from_round FROM unit_succession x JOIN unit p ON p.id = predecessor_id
    JOIN unit s ON s.id = successor_id ORDER BY 1, 2`;
  const r = spawnSync('sqlite3', ['-separator', ' ', town.store, sql], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trimEnd().split('\n').filter((line) => line !== '');
}

test('merged, split and renamed units come in, once', (t) => {
  const town = village(t);
  const rows = ['A1,C3,2026-10', 'B2,C3,2026-10', 'C3,D4,2028-10', 'C3,E5,2028-10'];
  assert.equal(town.ok(...put(town, rows)), 's.csv: 4 successions added, 0 changed, 0 as before\n');
  assert.equal(town.ok(...put(town, rows)), 's.csv: 0 successions added, 0 changed, 4 as before\n');
  assert.deepEqual(stored(town), ['A1 C3 2026-10', 'B2 C3 2026-10', 'C3 D4 2028-10', 'C3 E5 2028-10']);
});

test('a preview tells each change and makes none', (t) => {
  const town = village(t);
  town.ok(...put(town, ['A1,C3,2026-10', 'B2,C3,2026-10']));
  const before = town.bytes();
  const said = town.ok(...put(town, ['A1,C3,2027-04', 'B2,C3,remove', 'D4,E5,2026-10'], '--dry-run'));
  assert.match(said, /^s\.csv: 1 successions added, 1 changed, 0 as before, 1 removed\n/);
  assert.match(said, / {2}changed A1 → C3 from 2027-04\n {2}removed B2 → C3\n {2}added D4 → E5 from 2026-10\n/);
  assert.match(said, /preview: nothing has been changed/);
  assert.deepEqual(town.bytes(), before);
  town.ok(...put(town, ['A1,C3,2027-04', 'B2,C3,remove', 'D4,E5,2026-10']));
  assert.deepEqual(stored(town), ['A1 C3 2027-04', 'D4 E5 2026-10']);
});

// name: [rows, the faults that must be told, in order]
const FAULTS = {
  'a code that is none': [['A 1,C3,2026-10', 'A1,,2026-10'], ["s.csv:2: unit code 'A 1'", 's.csv:3: unit code is empty']],
  'a round that is none': [
    ['A1,C3,oktober', 'A1,D4,2026-13', 'A1,E5,'],
    ["s.csv:2: from: 'oktober' is not a round", "s.csv:3: from: round '2026-13': the month", "s.csv:4: from: '' is not a round"],
  ],
  'a unit that carries on itself': [['A1,A1,2026-10'], ['s.csv:2: unit A1 can not carry on itself']],
  'a pair twice': [['A1,C3,2026-10', 'A1,C3,2027-04'], ['s.csv:3: that unit C3 carries on unit A1 stands already in line 2']],
  'units that are not there': [
    ['X9,C3,2026-10', 'A1,Y9,2026-10', 'X9,Y9,remove'],
    ['s.csv:2: there is no unit X9: import it first', 's.csv:3: there is no unit Y9', 's.csv:4: there is no unit X9', 's.csv:4: there is no unit Y9'],
  ],
  'several faults, all at once': [
    ['A 1,X9,oktober', 'A1,C3,2026-10', 'Y9,A1,2026-10'],
    ["s.csv:2: unit code 'A 1'", "s.csv:2: from: 'oktober' is not a round", 's.csv:2: there is no unit X9', 's.csv:4: there is no unit Y9'],
  ],
  'nothing to remove': [['A1,C3,remove'], ['s.csv:2: unit C3 does not carry on unit A1: there is nothing to remove']],
  'a loop in the file': [
    ['A1,B2,2026-10', 'D4,A1,2026-10', 'B2,C3,2026-10', 'C3,A1,2026-10'],
    ['s.csv:2: unit A1 would carry on itself, by way of unit B2', 's.csv:4: unit B2 would', 's.csv:5: unit C3 would'],
  ],
  'a column less': [[''], ["s.csv:1: column 'from' is missing"], 'predecessor_code,successor_code'],
};

for (const [name, [rows, faults, head = HEAD]] of Object.entries(FAULTS)) {
  test(`successions with ${name} are refused`, (t) => {
    const town = village(t);
    const before = town.bytes();
    town.file('s.csv', `${[head, ...rows].join('\n')}\n`);
    const lines = town.refused('import', 'successions', 's.csv');
    assert.match(lines.pop(), /^tld-collector import successions: s\.csv has \d+ faults?: nothing was changed$/);
    faults.forEach((fault, i) => assert.ok(lines[i]?.startsWith(fault), `${lines[i]} starts with ${fault}`));
    assert.equal(lines.length, faults.length);
    assert.deepEqual(town.bytes(), before);
  });
}

test('a loop that the store would close is told, and one that is opened in the same file is none', (t) => {
  const town = village(t);
  town.ok(...put(town, ['A1,B2,2026-10', 'B2,C3,2027-10']));
  const lines = town.refused(...put(town, ['C3,A1,2028-10', 'D4,E5,2026-10']));
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^s\.csv:2: unit C3 would carry on itself, by way of unit A1/);
  assert.deepEqual(stored(town), ['A1 B2 2026-10', 'B2 C3 2027-10']);
  town.ok(...put(town, ['C3,A1,2028-10', 'A1,B2,remove']));
  assert.deepEqual(stored(town), ['B2 C3 2027-10', 'C3 A1 2028-10']);
});

test('a file from a Swedish Excel', (t) => {
  const town = village(t);
  town.file('s.csv', '\uFEFFfrom;predecessor_code;successor_code;\r\n2026-10;A1;C3;\r\n;;;\r\n');
  assert.match(town.ok('import', 'successions', 's.csv'), /1 successions added/);
  assert.deepEqual(stored(town), ['A1 C3 2026-10']);
});
