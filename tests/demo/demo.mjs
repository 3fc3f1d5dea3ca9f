// `make demo`: a whole measurement in an invented municipality, through the same commands that an administration
// uses. It imports five earlier rounds, opens a sixth, lets some hundred pupils answer over HTTP, writes posters
// and progression tables, and then goes on serving until Ctrl-C. With DEMO_ONCE=1 it stops once all is written.
//
//   DEMO_LISTEN  where to serve; else 127.0.0.1 and the first free port from 8080 (with DEMO_ONCE=1 any free one: the
//                links have DEMO_LISTEN or port 8080 all the same, as nobody opens them before it is served)
//   DEMO_URL     what the links begin with; else http:// and DEMO_LISTEN
//   DEMO_SEED    another number makes another municipality
//   DEMO_DIR     where to write; else build/demo, which is emptied first
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { BUILD, COLLECTOR, Collector, parseCsv, swedish } from '../support/collector.mjs';
import { answerAll } from './pupils.mjs';

const run = promisify(execFile);
const ANALYSIS = join(BUILD, 'tld-analysis');
const DIR = process.env.DEMO_DIR || 'build/demo';
const RUNNING = join(DIR, 'running'); // the process id of a demo that serves
const STORE = join(DIR, 'tld.db');
const IMPORT = join(DIR, 'import');
const POSTERS = join(DIR, 'posters');
const TABLES = join(DIR, 'tables');
const FORMS = ['forskoleklass-3', 'grundskola-4-6', 'grundskola-7-9'];
const EARLIER = ['2024-04', '2024-10', '2025-04', '2025-10', '2026-04'];
const ROUND = '2026-10';
const SHOWN = { unit: '99000002', group: '5A' }; // whose link and code the terminal shows
const ONCE = Boolean(process.env.DEMO_ONCE);
const ADVICE = 'name another as DEMO_LISTEN=127.0.0.1:9000';
const DAY_MS = 24 * 3600 * 1000;

const began = Date.now();
let collector; // as soon as it runs
let interrupted = false;
const tld = async (...args) => (await run(COLLECTOR, [...args, '--store', STORE])).stdout;
const analysis = (...args) => run(ANALYSIS, [...args, '--store', STORE]);

// ---- progress -------------------------------------------------------------------------------------------------

const watched = process.stdout.isTTY;
const say = (text = '') => console.log(text);

// Runs one step and says how it went; `work` may call its argument with how far it has come.
async function step(what, work) {
  if (interrupted) throw new Error('interrupted');
  const from = Date.now();
  const show = (so_far) => watched && process.stdout.write(`\r\x1b[K  … ${what} ${so_far ?? ''}`);
  show();
  const result = await work(show);
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  say(`${watched ? '\r\x1b[K' : ''}  ✓ ${what}${result?.note ? `: ${result.note}` : ''} (${seconds} s)`);
  return result?.value;
}

// ---- the municipality -----------------------------------------------------------------------------------------

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// Begins anew, but not under the feet of a demo that still serves.
function startClean() {
  const other = existsSync(RUNNING) ? Number(readFileSync(RUNNING, 'utf8')) : 0;
  if (other > 0 && isAlive(other)) throw new Error(`another demo serves from ${DIR} (process ${other}): end it first`);
  rmSync(DIR, { recursive: true, force: true });
  for (const dir of [IMPORT, POSTERS, TABLES]) mkdirSync(dir, { recursive: true });
  writeFileSync(RUNNING, `${process.pid}\n`);
}

async function invent() {
  const seed = process.env.DEMO_SEED || '2026';
  await run(join(BUILD, 'tests/municipality'), [IMPORT, seed, ...FORMS.map((f) => `forms/${f}.yaml`)]);
  const groups = parseCsv(readFileSync(join(IMPORT, 'groups.csv'), 'utf8')).filter((g) => g.school_year === '2026/2027');
  const pupils = groups.reduce((sum, g) => sum + Number(g.enrolled), 0);
  return { note: `15 units, ${groups.length} classes, ${pupils} pupils` };
}

async function makeStore(url) {
  await tld('init', '--organisation', 'Exempelkommun', '--contact', 'enkat@exempelkommun.se', '--public-url', url);
  await tld('settings', '--data-protection', 'dataskyddsombud@exempelkommun.se', '--legal-basis',
    'uppgift av allmänt intresse, artikel 6.1 e i dataskyddsförordningen och 4 kap. skollagen (2010:800)');
}

async function importUnits() {
  await tld('import', 'units', join(IMPORT, 'units.csv'));
  await tld('import', 'groups', join(IMPORT, 'groups.csv'));
}

async function importEarlier(show) {
  let responses = 0;
  for (const round of EARLIER) {
    await tld('round', 'add', round, ...FORMS.flatMap((f) => ['--form', f]));
    for (const form of FORMS) {
      const file = join(IMPORT, `responses-${round}-${form}.csv`);
      await tld('import', 'responses', file, '--round', round, '--form', form);
      responses += parseCsv(readFileSync(file, 'utf8')).length;
      show(`${round}: ${responses} responses`);
    }
  }
  return { note: `${responses} responses in ${EARLIER.length} rounds` };
}

async function openRound() {
  const times = [DAY_MS, 28 * DAY_MS].map((ms) => swedish(new Date(Date.now() + ms)));
  await tld('round', 'add', ROUND, '--opens', times[0], '--closes', times[1], ...FORMS.flatMap((f) => ['--form', f]));
  await tld('round', 'open', ROUND);
  const links = parseCsv(await tld('access', 'list', '--round', ROUND, '--format', 'csv'));
  return { value: links, note: `${links.length} links, open until ${times[1]}` };
}

// ---- serving --------------------------------------------------------------------------------------------------

function isFree(port) {
  return new Promise((done) => {
    const server = net.createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

async function whereToListen() {
  if (process.env.DEMO_LISTEN) return process.env.DEMO_LISTEN;
  if (ONCE) return '127.0.0.1:8080';
  for (let port = 8080; port < 8180; port++) if (await isFree(port)) return `127.0.0.1:${port}`;
  throw new Error(`no free port from 8080 to 8179: ${ADVICE}`);
}

// Before all the work, so that the port is known to be free and stays so; it serves beside what the commands write.
async function startServing(listen, url) {
  try {
    return await Collector.start({ store: STORE, publicUrl: url }, { listen: ONCE ? '127.0.0.1:0' : listen, detached: true });
  } catch (error) {
    throw new Error(/choose another --listen/.test(error.message) ? `${listen} is taken by another program: ${ADVICE}` : error.message);
  }
}

// It takes notice of a round within about a second.
async function untilServed(collector, link) {
  for (let i = 0; i < 100; i++) {
    if ((await collector.get(new URL(link.url).pathname)).status === 200) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`${link.url} is not served`);
}

async function letPupilsAnswer(collector, links, show) {
  await untilServed(collector, links[0]);
  const counted = await answerAll({ collector, links, dir: IMPORT, round: ROUND, forms: FORMS, show });
  const rows = parseCsv(await tld('round', 'show', ROUND, '--format', 'csv'));
  const stored = rows.filter((r) => r.group !== '').reduce((sum, r) => sum + Number(r.responses), 0);
  if (stored !== counted.answered) throw new Error(`${counted.answered} pupils were thanked, ${stored} answers are stored`);
  return {
    note:
      `${counted.answered} pupils answered, ${counted.byUnitLink} of them by their school's link, ` +
      `${counted.sentTwice} sent twice; ${stored} answers stored`,
  };
}

// ---- what is taken home ---------------------------------------------------------------------------------------

async function writePosters(units, show) {
  for (const [i, unit] of units.entries()) {
    await tld('poster', '--round', ROUND, '--unit', unit.unit_code, '--output', join(POSTERS, `${unit.unit_code}.pdf`));
    show(`${i + 1} of ${units.length}`);
  }
  for (const ending of ['pdf', 'svg', 'png']) {
    const file = join(POSTERS, `${SHOWN.unit}-${SHOWN.group}.${ending}`);
    await tld('poster', '--round', ROUND, '--unit', SHOWN.unit, '--group', SHOWN.group, '--output', file);
  }
  return { note: `${units.length} schools, and one class as PDF, SVG and PNG` };
}

// Round by round, as it would have been. Of each what publishing prints: the shares of groups that are shown.
async function publishEarlier(show) {
  const shares = new Map();
  for (const round of EARLIER) {
    show(round);
    const { stdout } = await analysis('publish', '--round', round);
    const [, list] = stdout.match(/^shown, .*?: (.*)$/m);
    const kinds = list.split(', ').map((part) => part.match(/^(.*) ([\d.]+) % \(([\d.]+) %\)$/).slice(1));
    shares.set(round, new Map(kinds.map(([kind, groups, figures]) => [kind, [groups, figures]])));
  }
  return { value: shares, note: `${EARLIER.length} rounds` };
}

async function writeTables() {
  const last = EARLIER.at(-1);
  await analysis('progression', '--format', 'csv', '--output', join(TABLES, 'progression.csv'));
  await analysis('progression', '--format', 'csv', '--excel', '--output', join(TABLES, 'progression-excel.csv'));
  await analysis('progression', '--format', 'json', '--output', join(TABLES, 'progression.json'));
  await analysis('progression', '--unit', SHOWN.unit, '--output', join(TABLES, `progression-${SHOWN.unit}.csv`));
  for (const by of ['unit', 'area', 'school-form', 'grade', 'gender'])
    await analysis('compare', '--round', last, '--by', by, '--output', join(TABLES, `compare-${last}-${by}.csv`));
  const rows = parseCsv(readFileSync(join(TABLES, 'progression.csv'), 'utf8'));
  return { value: rows, note: `${rows.length} rows of progression` };
}

// The municipality's indexes, round by round, out of the table that was written.
function showProgression(rows) {
  const whole = rows.filter((r) => r.level === 'municipality' && r.group_kind === 'all' && r.question === '' && r.dimension);
  const forms = [...new Set(whole.map((r) => r.form))];
  say('\nIndex 0–100 of the whole municipality (from tables/progression.csv; the open round is not in it yet):');
  say(`  ${'form'.padEnd(18)}${'dimension'.padEnd(14)}${EARLIER.map((r) => r.padStart(9)).join('')}`);
  for (const form of forms)
    for (const dimension of new Set(whole.filter((r) => r.form === form).map((r) => r.dimension))) {
      const cells = EARLIER.map((round) => {
        const row = whole.find((r) => r.form === form && r.dimension === dimension && r.round === round);
        return (row?.index_0_100 ? Number(row.index_0_100).toFixed(1) : row?.status ?? '').padStart(9);
      });
      say(`  ${form.padEnd(18)}${dimension.padEnd(14)}${cells.join('')}`);
    }
}

// What disclosure control leaves, kind by kind of group: of the groups with enough answers, and of their figures.
function showWithheld(shares) {
  const column = (share) => (share === undefined ? '' : `${share[0]} (${share[1]})`).padStart(16);
  say('\nShown, per cent of the groups where at least five answered (and of their questions and indexes):');
  say(`  ${''.padEnd(22)}${EARLIER.map((r) => r.padStart(16)).join('')}`);
  for (const kind of shares.get(EARLIER.at(-1)).keys())
    say(`  ${kind.padEnd(22)}${EARLIER.map((r) => column(shares.get(r).get(kind))).join('')}`);
}

function showFiles() {
  say('\nWritten:');
  for (const dir of [POSTERS, TABLES]) {
    const names = readdirSync(dir).sort();
    const kb = names.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0) / 1024;
    const some = names.length > 8 ? [...names.slice(0, 4), '…', ...names.slice(-3)] : names;
    say(`  ${relative('.', dir)}/  ${names.length} files, ${Math.round(kb)} kB: ${some.join(' ')}`);
  }
  say(`  ${relative('.', STORE)}  the store (its key beside it)\n  ${relative('.', IMPORT)}/  the files that were imported`);
}

async function showLink(units) {
  const unit = units.find((u) => u.unit_code === SHOWN.unit);
  say(`\nThe link of class ${SHOWN.group} of ${unit.unit_name}:\n`);
  say(await tld('poster', '--round', ROUND, '--unit', SHOWN.unit, '--group', SHOWN.group, '--format', 'text', '--output', '-'));
}

// ---- the whole ------------------------------------------------------------------------------------------------

async function serve(collector, url) {
  say(`Serving at ${url} until Ctrl-C. Open the link above and answer; then, in another terminal:\n`);
  say(`  ${relative('.', COLLECTOR)} round show ${ROUND} --store ${STORE}`);
  say(`  ${relative('.', COLLECTOR)} round close ${ROUND} --store ${STORE}`);
  say(`  ${relative('.', COLLECTOR)} round seal ${ROUND} --store ${STORE}`);
  say(`  ${relative('.', ANALYSIS)} progression --store ${STORE} --output ${join(TABLES, 'progression.csv')}\n`);
  const { code } = await collector.ended;
  if (code !== 0) throw new Error(`the collector ended: ${collector.log}`);
  say('The collector has stopped.');
}

async function main() {
  startClean();
  const listen = await whereToListen();
  const url = process.env.DEMO_URL || `http://${listen}`;

  say('TLD – Trygghet, Lärande, Delaktighet – in the invented municipality Exempelkommun\n');
  await step('inventing a municipality', invent);
  const units = parseCsv(readFileSync(join(IMPORT, 'units.csv'), 'utf8'));
  await makeStore(url);
  collector = await startServing(listen, url);
  await step('importing its units and classes', importUnits);
  await step('importing earlier rounds', importEarlier);
  const links = await step(`opening round ${ROUND}`, openRound);
  await step('pupils answer', (show) => letPupilsAnswer(collector, links, show));
  await step('drawing posters', (show) => writePosters(units, show));
  const shares = await step('publishing the earlier rounds', publishEarlier);
  const rows = await step('writing progression tables', writeTables);
  showProgression(rows);
  showWithheld(shares);
  showFiles();
  await showLink(units);
  say(`All this took ${((Date.now() - began) / 1000).toFixed(0)} s.`);
  if (!ONCE) await serve(collector, url);
}

// Ctrl-C comes to the demo alone, which asks the collector to end and ends after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    interrupted = true;
    if (collector) collector.stop();
    else process.exit(1);
  });

main()
  .catch((error) => {
    console.error(interrupted ? '\ndemo: interrupted' : `\ndemo: ${error.stderr?.trim() || error.message}`);
    process.exitCode = 1;
  })
  .finally(() => collector?.stop())
  .finally(() => existsSync(RUNNING) && Number(readFileSync(RUNNING, 'utf8')) === process.pid && rmSync(RUNNING));
