// Goal: whoever has exported tables can attack them: CSV, JSON and Excel's alike, of both audiences; the exit status says
// whether something can be computed, and a file that is no table is told by name and line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Town, analysis, questions, table } from './collector.mjs';

const FORM = 'grundskola-4-6';
const ROUND = '2025-10';
const KINDS = ['unit', 'area', 'school-form', 'grade', 'group', 'gender'];

function run(town, ...args) {
  const r = spawnSync(analysis, args, { cwd: town.dir, env: town.env(), encoding: 'utf8' });
  assert.equal(r.signal, null, `${args.join(' ')} was killed by ${r.signal}: ${r.stderr}`);
  return r;
}

function audit(town, status, ...args) {
  const r = run(town, 'audit', ...args);
  assert.equal(r.status, status, `audit ${args.join(' ')}: ${r.stdout}${r.stderr}`);
  assert.match(r.stderr, status === 0 ? /^$/ : /^tld-analysis(?: audit)?: .+\n$/, 'one line, if any');
  return r;
}

function written(town, name, ...args) {
  const r = run(town, ...args, '--output', name);
  assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
  return name;
}

// ---- what the program exports -----------------------------------------------------------------------------------

// unit, class, how many answered: some too few for everybody, one too few for anybody.
const CLASSES = [
  ['A1', '4A', 13], ['A1', '4B', 7], ['A1', '5A', 11], ['A1', '5B', 3],
  ['B2', '4A', 16], ['B2', '5A', 12], ['B2', '5B', 8],
];

function responses(classes, seed) {
  const ids = questions(FORM);
  const draw = (below) => (seed = (seed * 16807) % 2147483647) % below;
  const lines = classes.flatMap(([unit, name, persons]) =>
    Array.from({ length: persons }, () => [unit, name, ...ids.map((id) => 1 + draw(id === 'kon' ? 2 : 4))].join(',')),
  );
  return `unit_code,group,${ids.join(',')}\n${lines.join('\n')}\n`;
}

// A round in which these classes answered, published.
function measured(town, round, classes = CLASSES, seed = 7) {
  town.file('responses.csv', responses(classes, seed));
  town.ok('round', 'add', round, '--form', FORM);
  town.ok('import', 'responses', 'responses.csv', '--round', round, '--form', FORM);
  assert.equal(run(town, 'publish', '--round', round).status, 0);
}

// A store with a round of two schools.
function village(t) {
  const town = new Town(t);
  const groups = CLASSES.map(([unit, name, n]) => `${unit},2025/2026,${name},grundskola,${name[0]},${n + 2}\n`);
  town.ok('init', '--organisation', 'Exempelkommun');
  town.file('units.csv', 'unit_code,unit_name,area,school_forms\nA1,Asken,Norr,grundskola\nB2,Björken,Norr,grundskola\n');
  town.file('groups.csv', `unit_code,school_year,group,school_form,grade,enrolled\n${groups.join('')}`);
  town.ok('import', 'units', 'units.csv');
  town.ok('import', 'groups', 'groups.csv');
  measured(town, ROUND);
  return town;
}

// progression and each comparison, in one format; the names of the files.
function exported(town, extension, ...options) {
  const name = (what) => `${what}${options.includes('--public') ? '-public' : ''}.${extension}`;
  return [
    written(town, name('progression'), 'progression', ...options),
    ...KINDS.map((by) => written(town, name(by), 'compare', '--round', ROUND, '--by', by, ...options)),
  ];
}

test('nothing of what is withheld can be computed from all that is exported', (t) => {
  const town = village(t);
  const all = [...exported(town, 'csv'), ...exported(town, 'csv', '--public')];
  const said = audit(town, 0, ...all).stdout;
  assert.match(said, /^\d+ rows in 14 files: 1 measurements/, 'no note, and nothing determined');
  assert.match(said, /\n0 figures determined, .* 0 contradictions\.\n$/);
  const [withheld] = said.match(/\d+(?= withheld rows)/);
  assert.ok(Number(withheld) > 20, 'there is something to find');
});

test('a change is from the last round in which the group answered', (t) => {
  const town = village(t);
  measured(town, '2025-12', CLASSES.filter(([unit]) => unit !== 'A1'), 8);
  measured(town, '2026-04', CLASSES, 9);
  const files = [written(town, 'all.csv', 'progression'), written(town, 'public.csv', 'progression', '--public')];
  const rows = table(readFileSync(town.path('all.csv'), 'utf8'));
  const silent = rows.filter((r) => r.unit_code === 'A1' && r.group_kind === 'all' && r.round === '2025-12');
  assert.ok(silent.length > 0 && silent.every((r) => r.responses === '0'));
  assert.match(audit(town, 0, ...files).stdout, /^\d+ rows in 2 files: 3 measurements/, 'no note, and nothing determined');
});

test('CSV, JSON and Excel tell the same', (t) => {
  const town = village(t);
  const found = (files) => {
    audit(town, 0, ...files, '--output', 'found.csv');
    return readFileSync(town.path('found.csv'), 'utf8');
  };
  const csv = found(exported(town, 'csv', '--precise'));
  assert.ok(table(csv.replaceAll(/"[^"]*"/g, 'who')).length > 100);
  assert.equal(found(exported(town, 'json', '--precise', '--format', 'json')), csv);
  assert.equal(found(exported(town, 'excel.csv', '--precise', '--excel')), csv);
  assert.equal(audit(town, 0, ...exported(town, 'json', '--format', 'json')).stdout.match(/contradicts/), null);
});

// ---- tables made by hand ----------------------------------------------------------------------------------------

const HEAD = 'round,unit_code,level,group_kind,group,form,dimension,question,grade,responses,n,mean,sd,index_0_100,share_positive,share_dont_know,status';

// A row of level, unit, kind, group, grade; counts of options 1–4, or how many answered and the status.
function row(who, counts, status = 'value') {
  const [level, unit, kind, group, grade = ''] = who;
  const head = [ROUND, unit, level, kind, group, 'f', 'd', 'q', grade];
  if (!Array.isArray(counts)) return [...head, counts, '', '', '', '', '', '', status].join(',');
  const n = counts.reduce((a, b) => a + b);
  const mean = counts.reduce((a, b, i) => a + b * (i + 1), 0) / n;
  const sd = Math.sqrt(counts.reduce((a, b, i) => a + b * (i + 1 - mean) ** 2, 0) / (n - 1));
  const share = (counts[2] + counts[3]) / n;
  return [...head, n, n, mean.toFixed(2), sd.toFixed(2), ((mean - 1) / 0.03).toFixed(1), share.toFixed(3), '0.000', status].join(',');
}

const csv = (rows) => `${HEAD}\r\n${rows.join('\r\n')}\r\n`;

// The whole less one class is the other class.
const LEAK = [
  row(['unit', 'A1', 'all', ''], [1, 3, 5, 9]),
  row(['group', 'A1', 'class', '4A', '4'], [1, 2, 3, 6]),
  row(['group', 'A1', 'class', '4B', '4'], 6, 'suppressed'),
];

test('what can be computed is told, with status 1', (t) => {
  const town = new Town(t);
  town.file('leak.csv', csv(LEAK));
  const r = audit(town, 1, 'leak.csv');
  assert.match(r.stderr, /^tld-analysis audit: 4 withheld figures can be computed, such as 2025-10 f, q: unit A1, class 4B: option 2 has 1\n$/);
  assert.match(r.stdout, /^Determined, though withheld:\n {2}2025-10 f, q: unit A1, class 4B: option 2 has 1 \(rows\)\n/);
  assert.match(r.stdout, /\n4 figures determined, 0 known of larger groups, /);
  assert.match(audit(town, 1, '--quick', 'leak.csv').stdout, /\n4 figures determined, /);
});

test('--output writes each withheld figure with its bounds', (t) => {
  const town = new Town(t);
  town.file('leak.csv', csv(LEAK));
  const { stdout } = audit(town, 1, 'leak.csv', '--output', 'found.csv');
  assert.match(stdout, /^Determined/);
  const file = readFileSync(town.path('found.csv'), 'utf8');
  assert.equal(audit(town, 1, 'leak.csv', '--output', '-').stdout, file, '- is standard output, and nothing else is there');
  const found = table(file.replaceAll(/"[^"]*"/g, 'who'));
  assert.deepEqual(
    found.map((f) => [f.group, f.figure, f.least, f.most, f.verdict]),
    [
      ['4B', 'option 1', '0', '0', 'zero'],
      ['4B', 'option 2', '1', '1', 'determined'],
      ['4B', 'option 3', '2', '2', 'determined'],
      ['4B', 'option 4', '3', '3', 'determined'],
      ['4B', 'vet ej', '0', '0', 'zero'],
      ['4B', 'mean', '3.3333', '3.3333', 'determined'],
    ],
  );
  audit(town, 1, 'leak.csv', '--output', 'no/such/folder.csv');
});

test('--k says of how many a group may be shown', (t) => {
  const town = new Town(t);
  town.file('few.csv', csv([row(['group', 'A1', 'class', '4A', '4'], [1, 1, 1, 1])]));
  assert.match(audit(town, 1, 'few.csv').stderr, / a row is shown that is not to be: .*class 4A: shown, and is of 4\n$/);
  audit(town, 0, '--k', '4', 'few.csv');
});

test('a row is not to be shown where all answered alike, or nobody gave a good answer', (t) => {
  const town = new Town(t);
  const of4A = (counts) => csv([LEAK[0], row(['group', 'B2', 'class', '4A', '4'], counts)]);
  for (const k of ['5', '10']) {
    town.file('alike.csv', of4A([0, 0, 0, 26]));
    const r = audit(town, 1, '--quick', '--k', k, 'alike.csv', '--output', 'found.csv');
    assert.match(r.stderr, /: a row is shown that is not to be: 2025-10 f, q: unit B2, class 4A: shown, and all 26 chose option 4\n$/);
    assert.match(readFileSync(town.path('found.csv'), 'utf8'), /,"?all alike"?,4\.0000,4\.0000,determined,shown\r?\n/);
    town.file('none.csv', of4A([12, 14, 0, 0]));
    assert.match(audit(town, 1, '--k', k, 'none.csv').stderr, /class 4A: shown, and none of 26 gave a good answer\n$/);
    town.file('good.csv', of4A([12, 13, 0, 1]));
    audit(town, 0, '--k', k, 'good.csv');
  }
});

// One of grade 4 chose option 1: not of B2, so of the class 4A of A1, of seven, of whom no more is known.
const KNOWN = [
  row(['municipality', '', 'grade', '4'], [1, 6, 6, 6]),
  row(['municipality', '', 'grade', '5'], [1, 8, 8, 8]),
  row(['unit', 'A1', 'all', ''], [2, 6, 6, 6]),
  row(['group', 'A1', 'class', '4A', '4'], 7, 'suppressed'),
  row(['group', 'A1', 'class', '5A', '5'], 13, 'suppressed'),
  row(['unit', 'B2', 'all', ''], [0, 8, 8, 8]),
  row(['group', 'B2', 'class', '4A', '4'], 12, 'suppressed'),
  row(['group', 'B2', 'class', '5A', '5'], 12, 'suppressed'),
];

test('--strict minds a single count of a larger group', (t) => {
  const town = new Town(t);
  town.file('known.csv', csv(KNOWN));
  town.file('public.csv', csv(KNOWN.map((r) => r.replace(',7,,,,,,,suppressed', ',7,,,,,,,too_few'))));
  for (const files of [['known.csv'], ['public.csv'], ['known.csv', 'public.csv']]) {
    assert.match(audit(town, 0, ...files).stdout, /\n0 figures determined, 2 known of larger groups, .* 0 contradictions/);
    const r = audit(town, 1, '--strict', ...files);
    assert.match(r.stderr, /: 2 withheld figures of larger groups can be computed, such as .*: unit A1, class 4A: option 1 has 1\n$/);
    assert.match(r.stdout, /^Known of larger groups, though withheld:\n {2}.* 4A: option 1 has 1 \(bounds\)\n {2}.* 5A: option 1 has 1 \(bounds\)\n\d/);
  }
  town.file('open.csv', csv(LEAK.slice(1)));
  audit(town, 0, '--strict', 'open.csv');
});

// ---- what is wrong ----------------------------------------------------------------------------------------------

test('a file that is no table is refused', (t) => {
  const town = new Town(t);
  town.file('good.csv', csv(LEAK.slice(1)));
  for (const [content, want] of [
    ['', /f:1: the file is empty/],
    ['unit_code,unit_name\nA1,Asken\n', /f:1: column 'round' is missing: this is no table of tld-analysis/],
    ['{"rows": [{"round": "2025-10"}]}', /f:1: column 'unit_code' is missing/],
    ['{"table": "progression"}', /f:1: no "rows"/],
    ['%PDF-1.7\n\u0000\u0001', /f:1: /],
    [csv(LEAK).replace('3.17', 'three'), /f:3: mean: not a number/],
  ]) {
    town.file('f', content);
    assert.match(audit(town, 1, 'good.csv', 'f', '--output', 'found.csv').stderr, want);
    assert.ok(!existsSync(town.path('found.csv')), 'nothing half-done');
  }
  assert.match(audit(town, 1, 'missing.csv').stderr, /missing\.csv/);
});

test('wrong usage is status 2', (t) => {
  const town = new Town(t);
  town.file('good.csv', csv(LEAK.slice(1)));
  for (const args of [[], ['--k', '1', 'good.csv'], ['--k', 'five', 'good.csv'], ['--options', '10', 'good.csv'], ['--fly', 'good.csv'], ['good.csv', '--output']])
    assert.equal(audit(town, 2, ...args).stdout, '');
  const help = run(town, 'audit', '--help').stdout;
  for (const option of ['--k N', '--output FILE', '--quick', '--strict', '--options N', '--verbose']) assert.ok(help.includes(`\n  ${option} `), option);
});
