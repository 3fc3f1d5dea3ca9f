// Goal: a store is made once, copied while in use and put back; commands work beside a serving collector and refuse
// clearly when something is in the way.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { GROUPS, Town } from './collector.mjs';

async function serve(town, t) {
  const child = town.start(['serve', '--listen', '127.0.0.1:0']);
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  assert.match(line, /^listening on http:\/\/127\.0\.0\.1:\d+\n/);
  return { child, url: line.trim().replace('listening on ', '') };
}

test('init makes a store and its key, for the owner only, and never over another', (t) => {
  const town = new Town(t);
  assert.match(town.ok('init', '--organisation', ' Åre kommun '), /is ready for Åre kommun\nits key is \S+\.key: keep a copy of it/);
  assert.equal(statSync(`${town.store}.key`).mode & 0o777, 0o600);
  const key = readFileSync(`${town.store}.key`);
  assert.equal(town.run(['init', '--organisation', 'B']).status, 1);
  assert.deepEqual(readFileSync(`${town.store}.key`), key);
  for (const name of ['', '  ', 'a\nb', 'x'.repeat(81)])
    assert.equal(town.run(['init', '--organisation', name, '--store', town.path('n.db')]).status, 1);
  assert.equal(town.run(['init', '--organisation', 'B', '--public-url', 'nonsense', '--store', town.path('n.db')]).status, 1);
  assert.ok(!existsSync(town.path('n.db')), 'a refused init leaves nothing');
  assert.ok(!existsSync(town.path('n.db.key')));
});

test('settings: whom to turn to, and a note when nobody knows', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  assert.match(town.ok('settings'), /^organisation: Exempelkommun\ncontact: \(not set\)\ndata-protection: \(not set\)\nlegal-basis: \(not set\)\npublic-url: https:\/\/tld\.exempelkommun\.se\n$/);
  assert.match(town.run(['round', 'open', '2027-04']).stderr, /^note: .*settings --contact TEXT --data-protection TEXT --legal-basis TEXT'\n$/);
  for (const text of ['', '  ', 'a\nb', 'x'.repeat(201), '\u202eab'])
    assert.equal(town.run(['settings', '--contact', text]).status, 1);
  assert.match(town.ok('settings', '--contact', ' enkät@exempelkommun.se, 0123-45 67 89 '), /^contact: enkät@exempelkommun\.se, 0123-45 67 89$/m);
  assert.match(town.run(['round', 'open', '2027-04']).stderr, /^note: .*settings --data-protection TEXT --legal-basis TEXT'\n$/);
  assert.match(town.ok('settings', '--public-url', 'https://b.se/x'), /^contact: enkät.*\n.*\n.*\npublic-url: https:\/\/b\.se\/x$/m);
  const law = 'Artikel 6.1 e i dataskyddsförordningen och 4 kap. skollagen';
  assert.match(town.ok('settings', '--data-protection', ' dso@b.se', '--legal-basis', law), new RegExp(`^data-protection: dso@b\\.se\nlegal-basis: ${law}$`, 'm'));
  assert.equal(town.run(['round', 'open', '2027-04']).stderr, '');
  for (const wrong of [['--data-protection', ''], ['--legal-basis', 'a\nb'], ['--legal-basis', 'x'.repeat(601)], ['--data-protection', 'x'.repeat(201)]])
    assert.equal(town.run(['settings', ...wrong]).status, 1);
  const other = new Town(t);
  assert.equal(other.run(['init', '--organisation', 'B', '--contact', '']).status, 1);
  assert.ok(!existsSync(other.store), 'a refused init leaves nothing');
  other.ok('init', '--organisation', 'B', '--contact', 'b@b.se');
  assert.match(other.ok('settings'), /^contact: b@b\.se$/m);
});

test('what a killed restore has left is gone with the next one, and with sealing', (t) => {
  const town = Town.ready(t);
  const left = ['', '-journal', '-wal', '-shm'].map((log) => `${town.store}.unfinished-a1B2c3${log}`);
  const others = [`${town.store}.unfinished-copy`, `${town.store}2.unfinished-a1B2c3`, `${town.store}.tmp-a1B2c3`];
  const leave = () => [...left, ...others].forEach((path) => writeFileSync(path, 'a copy of the answers'));
  const check = () => {
    assert.deepEqual(left.filter((path) => existsSync(path)), []);
    assert.deepEqual(others.filter((path) => !existsSync(path)), []);
  };
  town.ok('backup', town.path('copy.db'));
  leave();
  town.ok('restore', town.path('copy.db'));
  check();
  town.ok('round', 'add', '2027-04');
  town.ok('round', 'open', '2027-04');
  town.ok('round', 'close', '2027-04');
  leave();
  town.ok('round', 'seal', '2027-04');
  check();
});

test('backup and restore', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  town.ok('backup', 'copy.db');
  assert.match(town.refused('backup', 'copy.db')[0], /exists already/);
  const links = town.links('2027-04');
  town.ok('round', 'add', '2026-12');
  town.ok('restore', 'copy.db');
  assert.ok(!town.ok('round', 'list').includes('2026-12'));
  assert.deepEqual(town.links('2027-04'), links);
  const damaged = readFileSync(town.path('copy.db'));
  damaged.fill(0xaa, 4096, 12288);
  town.file('damaged.db', damaged);
  town.file('text.db', 'no store');
  for (const name of ['damaged.db', 'text.db', 'none.db']) assert.equal(town.run(['restore', name]).status, 1, name);
  assert.deepEqual(town.links('2027-04'), links, 'a refused restore changes nothing');
});

test('a copy goes to another machine with its key', (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  town.ok('backup', 'copy.db');
  const other = new Town(t);
  renameSync(town.path('copy.db'), other.path('copy.db'));
  assert.match(other.refused('restore', 'copy.db')[0], /key/);
  copyFileSync(`${town.store}.key`, `${other.store}.key`);
  other.ok('restore', 'copy.db');
  assert.deepEqual(other.links('2027-04'), town.links('2027-04'));
});

test('commands beside a serving collector, which sees what they change', async (t) => {
  const town = Town.ready(t);
  town.ok('round', 'add', '2027-04');
  const { child, url } = await serve(town, t);
  town.ok('round', 'open', '2027-04');
  town.ok('import', 'groups', town.file('g.csv', GROUPS + '00012345,2026/2027,5D,grundskola,5,20\n'));
  town.ok('backup', 'copy.db');
  assert.equal(town.run(['restore', 'copy.db']).status, 1, 'the store is in use');
  assert.match(town.refused('serve', '--listen', '127.0.0.1:0')[0], /serv/, 'one collector per store');
  const link = town.links('2027-04').find((l) => l.group === '5D').url.replace(/^.*\//, `${url}/`);
  let status = 0;
  for (let i = 0; i < 40 && status !== 200; i++) {
    status = (await fetch(link)).status;
    if (status !== 200) await new Promise((r) => setTimeout(r, 100));
  }
  assert.equal(status, 200, 'the new class is there within seconds');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('serve keeps the public address for the commands that print links', async (t) => {
  const town = new Town(t);
  town.ok('init', '--organisation', 'B');
  const child = town.start(['serve', '--listen', '127.0.0.1:0', '--public-url', 'https://Svar.Example/']);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  town.ok('import', 'units', town.file('u.csv', 'unit_code,unit_name,school_forms\n1,En,grundskola\n'));
  town.ok('import', 'groups', town.file('g.csv', `${GROUPS.split('\n')[0]}\n1,2026/2027,4A,grundskola,4,20\n`));
  town.ok('round', 'add', '2027-04');
  assert.match(town.links('2027-04')[0].url, /^https:\/\/svar\.example\/[A-Z0-9]{8}$/);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a store that another program holds: a bounded wait, then a clear refusal', async (t) => {
  const town = Town.ready(t);
  const other = spawn('sqlite3', [town.store], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => other.kill('SIGKILL'));
  other.stdin.write("BEGIN IMMEDIATE;\nSELECT 'held';\n");
  assert.match(String((await once(other.stdout, 'data'))[0]), /held/);
  town.file('u.csv', 'unit_code,unit_name,school_forms\n1,En,grundskola\n');
  const before = Date.now();
  const [line] = town.refused('import', 'units', 'u.csv');
  assert.match(line, /^tld-collector import units: .*(busy|in use|lock|another)/i);
  assert.ok(Date.now() - before < 15000, 'the wait is bounded');
  assert.match(town.ok('round', 'list'), /^round/, 'reading goes on');
  other.stdin.end('ROLLBACK;\n');
  await once(other, 'exit');
  town.ok('import', 'units', 'u.csv');
});

test('what is no store, and a store without its key, are refused', (t) => {
  const town = Town.ready(t);
  writeFileSync(town.path('text.db'), 'this is no database, only text that is long enough to look at');
  assert.equal(town.run(['round', 'list', '--store', 'text.db']).status, 1);
  assert.equal(readFileSync(town.path('text.db'), 'utf8').slice(0, 7), 'this is');
  renameSync(`${town.store}.key`, town.path('away'));
  assert.match(town.refused('round', 'list').at(-1), /key/);
});

// The store as the version before made it: without what the newest migration added.
function oneVersionBack(store) {
  const made = spawnSync('sqlite3', [store, 'DROP TABLE live_look; PRAGMA user_version = 6;'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
}

test('a store of the version before is brought up to date by whichever command comes first', (t) => {
  for (const command of [['round', 'list'], ['backup', 'copy.db']]) {
    const town = Town.ready(t);
    oneVersionBack(town.store);
    town.ok(...command);
    assert.equal(spawnSync('sqlite3', [town.store, 'PRAGMA user_version'], { encoding: 'utf8' }).stdout, '7\n');
  }
});
