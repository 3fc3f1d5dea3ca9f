// Goal: every command explains itself, and a mistake on the command line is told in one line with status 2 before
// anything is touched.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { Town } from './collector.mjs';

const COMMANDS = [
  'init', 'import units', 'import groups', 'import successions', 'import targets', 'import responses', 'round add', 'round list', 'round show', 'round open',
  'round close', 'round seal', 'access list', 'poster', 'slips', 'instructions', 'forms check', 'forms preview', 'serve', 'settings', 'backup', 'restore',
];

test('help and version of the program and of each command', (t) => {
  const town = new Town(t);
  const help = town.ok('--help');
  assert.match(town.ok('--version'), /^tld-collector \d+\.\d+\.\d+\n$/);
  for (const command of COMMANDS) {
    assert.ok(help.includes(`\n  ${command} `), `${command} is in the list`);
    const own = town.ok(...command.split(' '), '--help');
    assert.ok(own.startsWith(`Usage: tld-collector ${command}`), own);
    assert.match(own, /--store STORE/);
    assert.match(town.ok(...command.split(' '), '--version'), /^tld-collector \d/);
  }
  assert.equal(help.match(/^ {2}\S.*$/gm).length, COMMANDS.length + 3, 'the list of this test is whole');
});

test('wrong usage is status 2 and one line', (t) => {
  const town = new Town(t);
  for (const args of [
    [], ['fly'], ['round'], ['round', 'fly'], ['init'], ['init', '--organisation'], ['init', '--what'],
    ['import', 'units'], ['import', 'units', 'a', 'b'], ['import', 'responses', 'a', '--round', '2025-10'],
    ['round', 'list', '--format', 'pdf'], ['access', 'list'], ['round', 'seal'],
  ]) {
    const r = town.run(args);
    assert.equal(r.status, 2, args.join(' '));
    assert.equal(r.stdout, '');
    assert.match(r.stderr, /^tld-collector: .+\n$/);
    assert.ok(!existsSync(town.store));
  }
});

test('the store is named by option, by environment, else tld.db', (t) => {
  const town = new Town(t);
  town.ok('--store', town.path('a.db'), 'init', '--organisation', 'A');
  town.ok('init', '--organisation', 'B', '--store', town.path('b.db'));
  assert.equal(town.run(['init', '--organisation', 'C'], { env: { TLD_STORE: 'c.db' } }).status, 0);
  assert.equal(town.run(['init', '--organisation', 'D'], { env: { TLD_STORE: '' } }).status, 0);
  for (const name of ['a.db', 'b.db', 'c.db', 'tld.db']) assert.ok(existsSync(town.path(name)));
  assert.match(town.refused('round', 'list', '--store', 'none.db')[0], /no store at none\.db: make one/);
});
