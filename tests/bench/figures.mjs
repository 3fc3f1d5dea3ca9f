// From responses to n, mean, sd and category counts of each unit and question, 10 million x 20: ours from the store
// beside DuckDB and R's data.table from their own tables in memory. Each of the others is asked in several forms, and its
// fastest counts. One after the other, so that each has all processors. A peer that is not installed is said to be
// missing. Exits 1 when a peer's fastest took less than ten times as long as ours, or counted other figures, and when
// there was none to compare with.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { TIMES, faults, fastest, otherFigures } from './figures_verdict.mjs';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const BUILD = process.env.TLD_BUILD ?? 'build/release';
const MILLIONS = process.env.M ?? '10';

const say = (what, value, note = '') => console.log(`${what.padEnd(66)} ${String(value).padStart(16)}   ${note}`);
const s = (x) => `${x.toFixed(3)} s`;

async function peer(name, missing, command, args, csv) {
  let out;
  try {
    const { stdout } = await run(command, [...args, csv], { maxBuffer: 1 << 24 });
    out = JSON.parse(stdout);
  } catch (e) {
    say(`${name}: not compared with`, 'missing', `${missing} (${String(e.stderr || e.message).trim().split('\n').pop()})`);
    return undefined;
  }
  return { name: `${name} ${out.version}`, ...out };
}

function compare(ours, p) {
  for (const [form, { seconds, check }] of Object.entries(p.forms)) {
    const wrong = otherFigures(ours.check, check);
    say(`${p.name}: ${form}`, s(seconds), wrong.length > 0 ? `other figures than ours: ${wrong.join(', ')}` : '');
  }
  say('  its fastest to ours', `${(fastest(p) / ours.seconds).toFixed(1)} x`, `at least ${TIMES} x`);
}

const dir = mkdtempSync(join(tmpdir(), 'tld-figures-'));
try {
  const csv = join(dir, 'wide.csv');
  const ours = JSON.parse((await run(join(BUILD, 'tests/bench_figures'), ['--csv', csv, MILLIONS])).stdout);
  console.log(
    `per-unit x per-question n, mean, sd and category counts: ${ours.responses} responses x ${ours.questions} questions, ` +
      `${ours.units} units, ${ours.processors} processors`,
  );
  say('from the store to the tallies', s(ours.counted), 'units and classes known');
  say('from the tallies to the figures', s(ours.figures));
  say('  together', s(ours.seconds), 'the fastest of several turns, as the others are');
  say('loading units, classes and a kept tally before it', s(ours.loaded), 'not in the ratio; the others have their tables');
  const local = existsSync(join(here, 'node_modules/@duckdb/node-api'));
  const peers = {
    DuckDB: await peer('DuckDB', local ? 'it failed' : 'npm ci --prefix tests/bench', process.execPath, [join(here, 'figures_duckdb.mjs')], csv),
    'data.table': await peer('data.table', 'Debian packages r-base-core, r-cran-data.table', 'Rscript', ['--vanilla', join(here, 'figures_datatable.R')], csv),
  };
  for (const p of Object.values(peers)) if (p !== undefined) compare(ours, p);
  for (const fault of faults(ours, peers)) {
    console.error(`bench-figures: ${fault}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(dir, { recursive: true });
}
