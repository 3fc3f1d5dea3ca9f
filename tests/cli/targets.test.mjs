// Goal: units' targets come in whole or not at all, against the form that their round asks with; every fault is told.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { Town } from './collector.mjs';

const HEAD = 'unit_code,form,dimension,question,measure,direction,value,round';
const put = (town, rows, ...more) => {
  town.file('t.csv', `${[HEAD, ...rows].join('\n')}\n`);
  return ['import', 'targets', 't.csv', ...more];
};

// Round 2026-10 has the form for 4–6 alone.
function ready(t) {
  const town = Town.ready(t);
  town.ok('round', 'add', '2026-10', '--form', 'grundskola-4-6');
  return town;
}

function stored(town) {
  const sql = `SELECT u.code, form, dimension, question, measure, direction, value, round FROM target
    JOIN unit u ON u.id = unit_id ORDER BY 1, 2, 3, 4, 8`;
  const r = spawnSync('sqlite3', ['-separator', ' ', town.store, sql], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
  return r.stdout.trimEnd().split('\n').filter((line) => line !== '');
}

const GOOD = [
  '00012345,grundskola-4-6,trygghet,,index,at_least,75,2026-10',
  '00012345,grundskola-4-6,trygghet,trygg-raster,share_positive,at_least,0.85,2026-10',
  '00012346,grundskola-7-9,larande,,index,at_least,60,2027-04',
];

test('targets come in, for a round that is there and for one to come', (t) => {
  const town = ready(t);
  assert.equal(town.ok(...put(town, GOOD)), 't.csv: 3 targets added, 0 changed, 0 as before\n');
  assert.equal(town.ok(...put(town, GOOD)), 't.csv: 0 targets added, 0 changed, 3 as before\n');
  assert.deepEqual(stored(town), [
    '00012345 grundskola-4-6 trygghet  0 0 75.0 2026-10',
    '00012345 grundskola-4-6 trygghet trygg-raster 2 0 0.85 2026-10',
    '00012346 grundskola-7-9 larande  0 0 60.0 2027-04',
  ]);
});

test('a preview tells each change and makes none', (t) => {
  const town = ready(t);
  town.ok(...put(town, GOOD));
  const before = town.bytes();
  const rows = [
    GOOD[0].replace('75', '80'),
    '00012345,grundskola-4-6,trygghet,trygg-raster,,,remove,2026-10',
    GOOD[0].replace('2026-10', '2027-04'),
  ];
  const said = town.ok(...put(town, rows, '--dry-run'));
  assert.match(said, /^t\.csv: 1 targets added, 1 changed, 0 as before, 1 removed\n/);
  assert.match(said, / {2}changed 00012345 grundskola-4-6 trygghet 2026-10: index at_least 80\n/);
  assert.match(said, / {2}removed 00012345 grundskola-4-6 trygg-raster 2026-10\n/);
  assert.match(said, / {2}added 00012345 grundskola-4-6 trygghet 2027-04: index at_least 75\n/);
  assert.deepEqual(town.bytes(), before);
  town.ok(...put(town, rows));
  assert.equal(stored(town).length, 3);
});

test('a Swedish Excel writes a decimal comma', (t) => {
  const town = ready(t);
  town.file('t.csv', `\uFEFF${HEAD.replaceAll(',', ';')}\r\n00012345;grundskola-4-6;trygghet;trygg-raster;share_positive;at_least;0,85;2026-10\r\n`);
  town.ok('import', 'targets', 't.csv');
  assert.deepEqual(stored(town), ['00012345 grundskola-4-6 trygghet trygg-raster 2 0 0.85 2026-10']);
});

// name: [rows, the faults that must be told, in order]
const FAULTS = {
  'cells that say nothing': [
    ['1 2,X,,Y,much,up,lots,oktober'],
    ["t.csv:2: unit code '1 2'", "t.csv:2: form 'X' is no id", "t.csv:2: dimension '' is no id", "t.csv:2: question 'Y' is no id",
      "t.csv:2: measure 'much': write index, mean or share_positive", "t.csv:2: direction 'up': write at_least or at_most",
      "t.csv:2: value 'lots' is no number", "t.csv:2: 'oktober' is not a round"],
  ],
  'a unit that is not there': [[GOOD[0].replace('00012345', '99999999')], ['t.csv:2: there is no unit with the code "99999999": import it first']],
  'several faults, all at once': [
    [GOOD[0].replace('00012345', '99999999').replace('75', 'lots'), GOOD[2].replace('grundskola-7-9', 'klotter')],
    ["t.csv:2: value 'lots' is no number", 't.csv:2: there is no unit with the code "99999999": import it first', 't.csv:3: there is no form klotter'],
  ],
  'a form that the round does not have': [
    [GOOD[0].replace('grundskola-4-6', 'grundskola-7-9')],
    ['t.csv:2: round 2026-10 has no form grundskola-7-9: it has grundskola-4-6'],
  ],
  'a form that nobody has': [[GOOD[2].replace('grundskola-7-9', 'klotter')], ['t.csv:2: there is no form klotter']],
  'figures that the form does not have': [
    [GOOD[0].replace('trygghet', 'trivsel'), GOOD[1].replace('trygg-raster', 'finns-inte'), GOOD[1].replace('trygghet', 'larande')],
    ['t.csv:2: form grundskola-4-6 has no dimension trivsel', 't.csv:3: form grundskola-4-6 has no question finns-inte',
      't.csv:4: question trygg-raster of form grundskola-4-6 is about trygghet, not larande'],
  ],
  'values that can not be': [
    [GOOD[0].replace('75', '101'), GOOD[1].replace('0.85', '85'), GOOD[1].replace('share_positive', 'mean').replace('0.85', '5').replace('2026-10', '2027-04')],
    ['t.csv:2: value 101: index goes from 0 to 100', 't.csv:3: value 85: share_positive goes from 0 to 1', 't.csv:4: value 5: mean goes from 1 to 4'],
  ],
  'a measure that the figure does not have': [
    [GOOD[0].replace('index', 'mean'), GOOD[1].replace('share_positive', 'index')],
    ['t.csv:2: a dimension has an index only', 't.csv:3: a question has no index'],
  ],
  'a target twice': [[GOOD[0], GOOD[0].replace('75', '80')], ['t.csv:3: the target of unit 00012345 for grundskola-4-6 trygghet in 2026-10 stands already in line 2']],
  'nothing to remove': [[GOOD[0].replace('75', 'remove')], ['t.csv:2: unit 00012345 has no such target in 2026-10: there is nothing to remove']],
};

for (const [name, [rows, faults]] of Object.entries(FAULTS)) {
  test(`targets with ${name} are refused`, (t) => {
    const town = ready(t);
    const before = town.bytes();
    const lines = town.refused(...put(town, [...rows]));
    assert.match(lines.pop(), /^tld-collector import targets: t\.csv has \d+ faults?: nothing was changed$/);
    faults.forEach((fault, i) => assert.ok(lines[i]?.startsWith(fault), `${lines[i]} starts with ${fault}`));
    assert.equal(lines.length, faults.length, lines.join('\n'));
    assert.deepEqual(town.bytes(), before);
    assert.deepEqual(stored(town), []);
  });
}
