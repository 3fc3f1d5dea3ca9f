// Goal: units and classes come in from the files that people have, whole or not at all; a preview shows what would
// change; every fault of a file is told by file, line and what to do.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { GROUPS, Town, UNITS } from './collector.mjs';

function empty(t) {
  const town = new Town(t);
  town.ok('init', '--organisation', 'Exempelkommun');
  return town;
}

// What a second, unchanged import says tells what is stored.
const stored = (town, what, file) => town.ok('import', what, file, '--dry-run').split('\n')[0];

test('a file comes in once, and again without change', (t) => {
  const town = empty(t);
  town.file('units.csv', UNITS);
  assert.match(town.ok('import', 'units', 'units.csv'), /^units\.csv: 2 units added, 0 changed, 0 as before\n$/);
  assert.match(town.ok('import', 'units', 'units.csv'), /^units\.csv: 0 units added, 0 changed, 2 as before\n$/);
});

test('a preview tells each change and makes none', (t) => {
  const town = Town.ready(t);
  const before = town.bytes();
  town.file('u.csv', UNITS.replace('Åsbacken', 'Åsbackens skola') + '00012347,Ny,,grundskola\n');
  const said = town.ok('import', 'units', 'u.csv', '--dry-run');
  assert.match(said, /1 units added, 1 changed, 1 as before/);
  assert.match(said, /added 00012347 Ny\n/);
  assert.match(said, /changed 00012346; name 'Åsbacken' → 'Åsbackens skola'\n/);
  assert.match(said, /preview: nothing has been changed/);
  town.file('g.csv', GROUPS.replace('7,28', '8,27'));
  assert.match(town.ok('import', 'groups', 'g.csv', '--dry-run'), /changed 00012346 2026\/2027 7B; grade 7 → 8; enrolled 28 → 27\n/);
  assert.deepEqual(town.bytes(), before);
});

test('files from a Swedish Excel, a Mac and a pipe', (t) => {
  const town = empty(t);
  const excel = '\uFEFF' + UNITS.replaceAll(',', ';').replaceAll('\n', ';;\r\n') + ';;;;;\r\n';
  town.file('excel.csv', excel);
  assert.match(town.ok('import', 'units', 'excel.csv'), /2 units added/);
  town.file('plain.csv', UNITS);
  assert.match(town.ok('import', 'units', 'plain.csv'), /2 as before/, 'leading zeros and å are the same');
  town.file('mac.csv', GROUPS.replaceAll('\n', '\r'));
  assert.match(town.ok('import', 'groups', 'mac.csv'), /5 classes added/);
  const columns = 'enrolled,grade,school_form,group,school_year,unit_code\n28,7,grundskola,7B,2026/27,00012346\n';
  const piped = town.run(['import', 'groups', '-'], { input: columns });
  assert.match(piped.stdout, /^standard input: 0 classes added, 0 changed, 1 as before\n$/);
});

// [content, the faults that must be told, in order]
const UNIT_FAULTS = {
  'another encoding': [Buffer.from(UNITS, 'latin1'), ['units.csv:3:10: not UTF-8']],
  'UTF-16': [Buffer.from('\uFEFF' + UNITS, 'utf16le'), ['units.csv:1:1: this is UTF-16']],
  'a workbook': [Buffer.from('PK\x03\x04....'), ['units.csv:1:1: this is a workbook']],
  'a NUL': [UNITS.replace('Norr,', 'No\0rr,'), ['units.csv:2: a NUL byte']],
  nothing: ['', ['units.csv: the file is empty']],
  'no header': [UNITS.split('\n').slice(1).join('\n'), ["units.csv:1: unknown column '00012345'", '', '', '', '', '', '']],
  'a column less': [UNITS.replace('unit_name', 'name'), ["units.csv:1: unknown column 'name'", "units.csv:1: column 'unit_name' is missing"]],
  'a column twice': [UNITS.replace('unit_name', 'unit_code'), ["units.csv:1: column 'unit_code' stands twice", '']],
  'a comma too many': [UNITS.replace('Åsbacken', 'Ås, backen'), ['units.csv:3: 5 cells, but the header has 4']],
  'an inner quote': [UNITS.replace('Åsbacken', 'Ås"backen'), ['units.csv:3:12: a quote in the middle']],
  'an open quote': [UNITS.replace('Åsbacken', '"Åsbacken'), ['units.csv:3: the quote that opens in this line is never closed']],
  'a file that breaks off': [UNITS + '00012347,Ny', ['units.csv:4: the file breaks off']],
  'wrong cells': [
    'unit_code,unit_name,area,school_forms\n1 2,,,skola\n"3\n4",x,y,grundskola\n',
    ["units.csv:2: unit code '1 2'", 'units.csv:2: unit name is empty', "units.csv:2: unknown school form 'skola'", "units.csv:3: unit code '3?4'"],
  ],
  'a unit twice': [UNITS + '00012345,Igen,,grundskola\n', ['units.csv:4: unit 00012345 stands already in line 2']],
  'a name too long': [UNITS.replace('Åsbacken', 'å'.repeat(81)), [`units.csv:3: unit name '${'å'.repeat(20)}…' is longer than 80`]],
};

for (const [name, [content, faults]] of Object.entries(UNIT_FAULTS)) {
  test(`units with ${name} are refused`, (t) => {
    const town = empty(t);
    const before = town.bytes();
    town.file('units.csv', content);
    const lines = town.refused('import', 'units', 'units.csv');
    assert.match(lines.pop(), /^tld-collector import units: units\.csv has \d+ faults?: nothing was changed$/);
    faults.forEach((fault, i) => assert.ok(lines[i]?.startsWith(fault), `${lines[i]} starts with ${fault}`));
    assert.equal(lines.length, faults.length);
    assert.deepEqual(town.bytes(), before);
  });
}

test('classes: every faulty line is told at once, with all that is wrong with it, and the good ones do not come in', (t) => {
  const town = Town.ready(t);
  const rows = [
    '00012345,2026/2027,1A,grundskola,1,20',
    '99999999,2026/2027,1B,grundskola,1,20',
    '00012346,2026/2027,F1,forskoleklass,0,20',
    '00012345,2026/2028,1C,grundskola,1,20',
    '00012345,2026/2027,1D,grundskola,10,20',
    '00012345,2026/2027,1E,grundskola,1,tjugo',
    '00012345,2026/2027,1A,grundskola,1,21',
    '99999999,2026/2028,,skola,elva,tjugo',
    '00012345,2026/2027,1F,grundskola,1',
    '00012345,2026/2027,1A,grundskola,1,mer',
    '0 0,2026,,grundskola,1,20',
    '00012346,2026,F2,forskoleklass,0,20',
    '99999999,2026-2027,9G',
  ];
  town.file('g.csv', `unit_code,school_year,group,school_form,grade,enrolled\n${rows.join('\n')}\n`);
  const lines = town.refused('import', 'groups', 'g.csv');
  assert.match(lines.pop(), /g\.csv has 24 faults: nothing was changed/);
  const told = [
    /^g\.csv:3: there is no unit 99999999: import it first/,
    /^g\.csv:4: unit 00012346 has no forskoleklass but grundskola/,
    /^g\.csv:5: school year '2026\/2028'/,
    /^g\.csv:6: grade '10' does not belong to grundskola: write 1 to 9$/,
    /^g\.csv:7: enrolled is 'tjugo'/,
    /^g\.csv:8: class 1A of unit 00012345 stands already in line 2$/,
    /^g\.csv:9: school year '2026\/2028'/,
    /^g\.csv:9: group name is empty/,
    /^g\.csv:9: unknown school form 'skola' \(and none has a grade 'elva'\): use one of forskola, /,
    /^g\.csv:9: enrolled is 'tjugo'/,
    /^g\.csv:9: there is no unit 99999999/,
    /^g\.csv:10: enrolled is empty: write the number of pupils, 0 to 2000$/,
    /^g\.csv:10: the line has 5 cells, the header has 6$/,
    /^g\.csv:11: enrolled is 'mer'/,
    /^g\.csv:11: class 1A of unit 00012345 stands already in line 8$/,
    /^g\.csv:12: unit code '0 0'/,
    /^g\.csv:12: '2026' is not a school year: write it as 2026\/2027$/,
    /^g\.csv:12: group name is empty/,
    /^g\.csv:13: '2026' is not a school year/,
    /^g\.csv:13: unit 00012346 has no forskoleklass but grundskola/,
    /^g\.csv:14: unknown school form '': use one of/,
    /^g\.csv:14: enrolled is empty/,
    /^g\.csv:14: the line has 3 cells, the header has 6$/,
    /^g\.csv:14: there is no unit 99999999/,
  ];
  told.forEach((what, i) => assert.match(lines[i] ?? '', what));
  assert.equal(lines.length, told.length);
  town.file('one.csv', `unit_code,school_year,group,school_form,grade,enrolled\n${rows[0]}\n`);
  assert.match(stored(town, 'groups', 'one.csv'), /1 classes added/, 'line 2 was not taken either');
});

test('every unknown school form of a unit is told', (t) => {
  const town = empty(t);
  town.file('units.csv', 'unit_code,unit_name,area,school_forms\n1,A,,grundskola skola lekskola\n');
  assert.match(town.refused('import', 'units', 'units.csv')[0], /^units\.csv:2: unknown school form 'skola', 'lekskola': use forskola, /);
});

test('a file that is not there, a folder, and a store that is not there', (t) => {
  const town = empty(t);
  assert.match(town.refused('import', 'units', 'none.csv')[0], /there is no file none\.csv/);
  assert.match(town.refused('import', 'units', '.')[0], /can not read \./);
  town.file('units.csv', UNITS);
  assert.match(town.refused('import', 'units', 'units.csv', '--store', 'x.db')[0], /no store at x\.db/);
});

test('killed at any moment, an import is there whole or not at all', async (t) => {
  const town = Town.ready(t);
  let killed = 0;
  // A school year for each try, so that one which was too late to be killed spoils no other.
  for (let n = 0; n < 60 && killed < 5; n++) {
    const year = `${2026 + n}/${2027 + n}`;
    const rows = Array.from({ length: 4000 }, (_, i) => `00012345,${year},K${i},grundskola,${1 + (i % 9)},20`);
    town.file('big.csv', `unit_code,school_year,group,school_form,grade,enrolled\n${rows.join('\n')}\n`);
    const child = town.start(['import', 'groups', 'big.csv']);
    await sleep(2 + ((n * 7) % 60));
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    killed += child.signalCode === 'SIGKILL';
    const said = stored(town, 'groups', 'big.csv');
    assert.match(said, /: (4000 classes added, 0 changed, 0 as before|0 classes added, 0 changed, 4000 as before)$/);
  }
  assert.ok(killed >= 5, `it was killed in time ${killed} times`);
  town.ok('import', 'groups', 'big.csv');
  assert.match(stored(town, 'groups', 'big.csv'), /4000 as before/);
});
