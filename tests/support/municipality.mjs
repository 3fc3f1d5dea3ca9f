// The demo's invented municipality as a store of its own, with an open round: for benchmarks and faults.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { BUILD, COLLECTOR, swedish } from './collector.mjs';

const run = promisify(execFile);

// {store, round, tld, publicUrl, data}: as makeStore of collector.mjs gives it, with 15 units.
export async function makeMunicipality(dir, { round = '2026-10', seed = 1 } = {}) {
  const store = join(dir, 'tld.db');
  const data = join(dir, 'import');
  const publicUrl = 'http://127.0.0.1:8080';
  const tld = (...args) => run(COLLECTOR, [...args, '--store', store]);
  const forms = readdirSync('forms').filter((f) => /^(forskoleklass-3|grundskola-.*)\.yaml$/.test(f));

  mkdirSync(data, { recursive: true });
  await run(join(BUILD, 'tests/municipality'), [data, String(seed), ...forms.map((f) => join('forms', f))]);
  await tld('init', '--organisation', 'Exempelkommun', '--public-url', publicUrl);
  await tld('import', 'units', join(data, 'units.csv'));
  await tld('import', 'groups', join(data, 'groups.csv'));
  await tld('round', 'add', round);
  await tld('round', 'open', round, '--closes', swedish(new Date(Date.now() + 7 * 24 * 3600 * 1000)));
  return { store, round, tld, publicUrl, data };
}
