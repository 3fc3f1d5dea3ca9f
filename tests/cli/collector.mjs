// Runs tld-collector in a folder of its own, as an administrator would.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const build = resolve(process.env.TLD_BUILD ?? 'build/release');
export const program = join(build, 'tld-collector');
export const analysis = join(build, 'tld-analysis');

export class Town {
  constructor(t) {
    this.dir = mkdtempSync(join(tmpdir(), 'tld-cli-'));
    this.store = join(this.dir, 'tld.db');
    t.after(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  // A store with two units and the classes of 2026/2027 and 2025/2026.
  static ready(t) {
    const town = new Town(t);
    town.ok('init', '--organisation', 'Exempelkommun', '--public-url', 'https://tld.exempelkommun.se');
    town.ok('import', 'units', town.file('units.csv', UNITS));
    town.ok('import', 'groups', town.file('groups.csv', GROUPS));
    return town;
  }

  path(name) {
    return join(this.dir, name);
  }

  file(name, content) {
    writeFileSync(this.path(name), content);
    return name;
  }

  env(extra = {}) {
    const { TLD_STORE, TLD_PUBLIC_URL, TLD_DATA, ...rest } = process.env;
    return { ...rest, TLD_STORE: this.store, ...extra };
  }

  run(args, { env = {}, input = '' } = {}) {
    const r = spawnSync(program, args, { cwd: this.dir, env: this.env(env), input, encoding: 'utf8' });
    assert.equal(r.signal, null, `${args.join(' ')} was killed by ${r.signal}: ${r.stderr}`);
    return r;
  }

  start(args) {
    return spawn(program, args, { cwd: this.dir, env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] });
  }

  // Standard output of a command that must succeed.
  ok(...args) {
    const r = this.run(args);
    assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
    return r.stdout;
  }

  // Lines of standard error of a command that must be refused; the last one is the summary.
  refused(...args) {
    const r = this.run(args);
    assert.equal(r.status, 1, `${args.join(' ')} gave ${r.status}: ${r.stdout}${r.stderr}`);
    assert.equal(r.stdout, '');
    return r.stderr.trimEnd().split('\n');
  }

  // The links of a round as objects.
  links(round, ...more) {
    return table(this.ok('access', 'list', '--round', round, '--format', 'csv', ...more));
  }

  bytes() {
    return readFileSync(this.store);
  }
}

// CSV without quotes or line breaks in cells.
export function table(text) {
  assert.ok(text.endsWith('\r\n'));
  const [head, ...rows] = text.slice(0, -2).split('\r\n').map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

export const UNITS = `unit_code,unit_name,area,school_forms
00012345,Norra skolan,Norr,forskoleklass grundskola
00012346,Åsbacken,,grundskola
`;

export const GROUPS = `unit_code,school_year,group,school_form,grade,enrolled
00012345,2026/2027,FA,forskoleklass,0,22
00012345,2026/2027,4A,grundskola,4,25
00012346,2026/2027,7B,grundskola,7,28
00012345,2025/2026,4A,grundskola,4,24
00012346,2025/2026,5C,grundskola,5,3
`;

// Question ids of an installed form, the background questions last, as `forms/` has them.
export function questions(form) {
  const text = readFileSync(join('forms', `${form}.yaml`), 'utf8');
  const part = text.slice(text.search(/^questions:/m));
  return [...part.matchAll(/^ {2}- (?:\{)?id: ([a-z0-9_-]+)/gm)].map((m) => m[1]);
}
