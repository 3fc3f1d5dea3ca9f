// Goal: an earlier round's answers come in as they are, class by class and once; nothing that does not belong to the
// round, the form or the class is taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { spawnSync } from 'node:child_process';

import { GROUPS, Town, analysis, questions, table } from './collector.mjs';

const FORM = 'grundskola-4-6';
const QUESTIONS = questions(FORM);

function ready(t) {
  const town = Town.ready(t);
  town.ok('round', 'add', '2025-10', '--form', FORM);
  return town;
}

// A table of responses: [unit, group, first answers…], the rest "2".
function responses(rows, ids = QUESTIONS) {
  const lines = rows.map(([unit, group, ...answers]) =>
    [unit, group, ...ids.map((_, i) => answers[i] ?? '2')].join(','),
  );
  return `unit_code,group,${ids.join(',')}\n${lines.join('\n')}\n`;
}

const ROWS = [
  ['00012345', '4A', '1', '4', '0', ''],
  ['00012346', '5C', '3'],
  ['00012345', '4A'],
];
const IMPORT = ['--round', '2025-10', '--form', FORM];

test('responses come in, the round is sealed, and the counts are right', (t) => {
  const town = ready(t);
  assert.equal(QUESTIONS.at(-1), 'kon', 'the form ends with its background question');
  town.file('r.csv', responses(ROWS));
  const before = town.bytes();
  assert.match(town.ok('import', 'responses', 'r.csv', ...IMPORT, '--dry-run'), /^r\.csv: 3 responses of 2 classes .*\nThis was a preview/);
  assert.deepEqual(town.bytes(), before);
  town.ok('import', 'responses', 'r.csv', ...IMPORT);
  const rows = table(town.ok('round', 'show', '2025-10', '--format', 'csv'));
  assert.deepEqual(
    rows.map((r) => [r.unit_code, r.group, r.responses, r.enrolled]),
    [
      ['00012345', '', '2', '24'],
      ['00012345', '4A', '2', '24'],
      ['00012346', '', '1', '3'],
      ['00012346', '5C', '1', '3'],
    ],
  );
  assert.match(town.ok('round', 'list'), /^2025-10 +sealed .* 3$/m);
  const again = town.refused('import', 'responses', 'r.csv', ...IMPORT);
  assert.match(again[0], /^r\.csv:2: class 4A of unit 00012345 already has 2 responses in round 2025-10/);
  assert.match(again[1], /^r\.csv:3: class 5C/);
});

test('one class at a time, with Excel and without the background question', (t) => {
  const town = ready(t);
  town.file('a.csv', '\uFEFF' + responses([ROWS[0]], QUESTIONS.slice(0, -1)).replaceAll(',', ';').replaceAll('\n', '\r\n'));
  town.ok('import', 'responses', 'a.csv', ...IMPORT);
  town.file('b.csv', responses([ROWS[1]]));
  town.ok('import', 'responses', 'b.csv', ...IMPORT);
  assert.match(town.ok('round', 'list'), /^2025-10 +sealed .* 2$/m);
});

test('remarks: more responses than pupils, responses without an answer', (t) => {
  const town = ready(t);
  const blank = ['00012346', '5C', ...QUESTIONS.map(() => '')];
  town.file('r.csv', responses([ROWS[1], ROWS[1], ROWS[1], blank]));
  const r = town.run(['import', 'responses', 'r.csv', ...IMPORT]);
  assert.equal(r.status, 0);
  assert.match(r.stderr, /note: 1 class has more responses than pupils enrolled, such as 5C of unit 00012346: 4 of 3\n/);
  assert.match(r.stderr, /note: 1 response has no answer at all\n/);
});

test('each faulty line is told, and nothing is taken', (t) => {
  const town = ready(t);
  const before = town.bytes();
  town.file('r.csv', responses([ROWS[0], ['00012345', '4A', '5', 'x'], ['00012345', '4B'], ['77', '4B'], ['00012345', 'FA'], ['', '']]));
  const lines = town.refused('import', 'responses', 'r.csv', ...IMPORT);
  assert.match(lines.pop(), /r\.csv has 7 faults: nothing was changed$/);
  assert.match(lines[0], new RegExp(`^r\\.csv:3: ${QUESTIONS[0]} is '5': write 1 to 4, 0 for vet ej, or nothing`));
  assert.match(lines[1], new RegExp(`^r\\.csv:3: ${QUESTIONS[1]} is 'x'`));
  assert.match(lines[2], /^r\.csv:4: unit 00012345 has no class 4B in this round's school year$/);
  assert.match(lines[3], /^r\.csv:5: unit 77 has no classes in this round's school year/);
  assert.match(lines[4], /^r\.csv:6: unit 00012345 has no class FA/, 'FA is a class of another year');
  assert.match(lines[5], /^r\.csv:7: unit code is empty/);
  assert.match(lines[6], /^r\.csv:7: group name is empty/);
  assert.deepEqual(town.bytes(), before);
});

test('the wrong round, form, class or columns', (t) => {
  const town = ready(t);
  town.ok('round', 'add', '2027-04');
  town.file('r.csv', responses(ROWS));
  const refused = (...more) => town.refused('import', 'responses', 'r.csv', ...more)[0];
  assert.match(refused('--round', '2024-10', '--form', FORM), /no round 2024-10/);
  assert.match(refused('--round', '2025-10', '--form', 'grundskola-7-9'), /has no form grundskola-7-9: it has grundskola-4-6/);
  assert.match(refused('--round', '2027-04', '--form', FORM), /2027-04 is not over/);
  town.file('r.csv', responses(ROWS, QUESTIONS.slice(1)));
  assert.match(refused(...IMPORT), new RegExp(`column '${QUESTIONS[0]}' is missing`));
  town.file('r.csv', responses(ROWS, [...QUESTIONS, 'annat']));
  assert.match(refused(...IMPORT), /unknown column 'annat'/);
  town.file('r.csv', responses([]));
  assert.match(refused(...IMPORT), /r\.csv has no responses/);
});

test('what becomes of a class later does not change a round that is over', (t) => {
  const town = ready(t);
  town.file('r.csv', responses(ROWS));
  town.ok('import', 'responses', 'r.csv', ...IMPORT);
  const told = (...args) => {
    const r = spawnSync(analysis, args, { cwd: town.dir, env: town.env(), encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
    return r.stdout;
  };
  const figures = () => [town.ok('round', 'show', '2025-10', '--format', 'csv'), told('progression')];
  told('publish', '--round', '2025-10');
  const before = figures();
  assert.ok(before[1].includes(',27,3,'), 'the table tells 3 of 24 + 3');
  const changed = GROUPS.replace('4A,grundskola,4,24', '4A,grundskola,5,29') + '00012345,2025/2026,4Z,grundskola,4,20\n';
  const r = town.run(['import', 'groups', town.file('g.csv', changed)]);
  assert.match(r.stdout, /1 classes added, 1 changed/);
  assert.match(r.stderr, /note: round 2025-10 is sealed and keeps the classes as they were then\n/);
  assert.deepEqual(figures(), before);
});

test('a few who come after the round was published are left out, and it is said', (t) => {
  const town = ready(t);
  const publish = () => {
    const r = spawnSync(analysis, ['publish', '--round', '2025-10'], { cwd: town.dir, env: town.env(), encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
    return r.stdout;
  };

  town.file('a.csv', responses(Array.from({ length: 12 }, () => ['00012345', '4A'])));
  town.ok('import', 'responses', 'a.csv', ...IMPORT);
  assert.doesNotMatch(publish(), /left out/);
  town.file('b.csv', responses([['00012346', '5C', '3'], ['00012346', '5C', '4']]));
  town.ok('import', 'responses', 'b.csv', ...IMPORT);
  assert.match(publish(), /^2025-10: published before, and nothing has changed since.*\n[^]*^left out: 1 class with 2 responses/m);
});

test('of staff nobody knows how many there are: no rate, no warning of one, and no remark', (t) => {
  const town = Town.ready(t);
  const ids = questions('personal');

  town.ok('round', 'add', '2025-10', '--form', 'personal');
  town.file('r.csv', responses(Array.from({ length: 6 }, (_, i) => ['00012346', '5C', `${1 + (i % 3)}`]), ids));
  const imported = town.run(['import', 'responses', 'r.csv', '--round', '2025-10', '--form', 'personal']);
  assert.equal(imported.status, 0, imported.stderr);
  assert.doesNotMatch(imported.stderr, /more responses/);
  assert.match(town.ok('round', 'show', '2025-10'), /^responses +0 of 0; of staff and leaders 6$/m);
  const [unit, group] = table(town.ok('round', 'show', '2025-10', '--format', 'csv')).filter((r) => r.unit_code === '00012346');
  assert.deepEqual([unit.responses, unit.enrolled, unit.response_rate], ['6', '', '']);
  assert.deepEqual([group.group, group.responses, group.enrolled, group.response_rate], ['5C', '6', '', '']);
  const told = (...args) => {
    const r = spawnSync(analysis, args, { cwd: town.dir, env: town.env(), encoding: 'utf8' });
    assert.equal(r.status, 0, r.stderr);
    return r.stdout;
  };
  told('publish', '--round', '2025-10');
  const rows = table(told('progression')).filter((r) => r.unit_code === '00012346' && r.status === 'value');
  assert.ok(rows.length > 0);
  for (const r of rows) assert.deepEqual([r.responses, r.enrolled, r.response_rate, r.response_warning], ['6', '', '', '']);
});

test('a round that a collector has closed by the clock still takes its earlier answers', (t) => {
  const town = ready(t);
  town.ok('round', 'close', '2025-10');
  town.file('r.csv', responses(ROWS));
  town.ok('import', 'responses', 'r.csv', ...IMPORT);
  assert.match(town.ok('round', 'list'), /^2025-10 +sealed .* 3$/m);
});
