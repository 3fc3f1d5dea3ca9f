// Goal: the whole way, as the people of the product go it: a poster is drawn, its picture is scanned, pupils answer on phones
// (with and without JavaScript), the round is closed and sealed, and the table holds just what they answered.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { BUILD, Collector, csv, COLLECTOR, parseCsv, roundNow, swedish, workDir } from '../support/collector.mjs';
import { launch, open } from './browser.mjs';

const run = promisify(execFile);
const work = workDir();
after(() => work.remove());

const PUPILS = 8;

async function freePort() {
  const s = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => s.once('listening', done));
  const { port } = s.address();
  await new Promise((done) => s.close(done));
  return port;
}

test('from the poster to the table', async () => {
  const { code: round, schoolYear } = roundNow();
  const port = await freePort();
  const store = join(work.dir, 'tld.db');
  const tld = (...args) => run(COLLECTOR, [...args, '--store', store]);

  writeFileSync(join(work.dir, 'units.csv'), csv([
    ['unit_code', 'unit_name', 'area', 'school_forms'],
    ['99000001', 'Ängsgläntans skola', 'Söder', 'grundskola'],
  ]));
  writeFileSync(join(work.dir, 'groups.csv'), csv([
    ['unit_code', 'school_year', 'group', 'school_form', 'grade', 'enrolled'],
    ['99000001', schoolYear, '5Å', 'grundskola', 5, 10],
  ]));
  await tld('init', '--organisation', 'Exempelkommun', '--public-url', `http://127.0.0.1:${port}`);
  await tld('import', 'units', join(work.dir, 'units.csv'));
  await tld('import', 'groups', join(work.dir, 'groups.csv'));
  const day = (days) => swedish(new Date(Date.now() + days * 24 * 3600 * 1000));
  await tld('round', 'add', round, '--opens', day(-1), '--closes', day(1));
  await tld('round', 'open', round);

  const picture = join(work.dir, 'poster.png');
  await tld('poster', '--round', round, '--unit', '99000001', '--group', '5Å', '--format', 'png', '--output', picture);
  const url = (await run('zbarimg', ['--quiet', '--raw', picture])).stdout.trim();
  assert.match(url, new RegExp(`^HTTP://127\\.0\\.0\\.1:${port}/[A-Z0-9]{8,}$`));

  const collector = await Collector.start({ store, publicUrl: `http://127.0.0.1:${port}` }, { listen: `127.0.0.1:${port}` });
  const given = [];
  const browser = await launch();
  for (let pupil = 0; pupil < PUPILS; pupil++) {
    const page = await open(browser, url, { javaScriptEnabled: pupil % 2 === 0 });
    given.push(await answer(page, pupil));
    await page.context().close();
  }
  await browser.close();
  await collector.stop();
  await tld('round', 'close', round);
  await tld('round', 'seal', round);

  const table = join(work.dir, 'progression.csv');
  await run(join(BUILD, 'tld-analysis'), ['publish', '--store', store, '--round', round]);
  await run(join(BUILD, 'tld-analysis'), ['progression', '--store', store, '--precise', '--output', table]);
  const rows = parseCsv(readFileSync(table, 'utf8')).filter((r) => r.level === 'group' && r.group === '5Å');
  let checked = 0;
  for (const question of Object.keys(given[0])) {
    const codes = given.map((g) => g[question]).filter((c) => c > 0);
    const row = rows.find((r) => r.question === question);
    if (question === 'kon') continue; // a background question groups, it is no result
    assert.ok(row, `a row for ${question}`);
    const mean = codes.reduce((a, b) => a + b, 0) / codes.length;
    if (row.status !== 'value') {
      assert.ok(codes.length < 5 || new Set(codes).size === 1, `${question} is withheld without a reason`);
      continue;
    }
    assert.equal(Number(row.n), codes.length, question);
    assert.equal(Number(row.responses), PUPILS);
    assert.equal(Number(row.enrolled), 10);
    assert.ok(Math.abs(Number(row.mean) - mean) < 1e-12, `${question}: ${row.mean} is not ${mean}`);
    checked++;
  }
  assert.ok(checked >= 10, `${checked} questions compared`);
});

// One pupil: a new phone, the scanned link, some skipped, some "vet ej"; gives {question: code}, 0 for none or vet ej.
async function answer(page, pupil) {
  const questions = await page.$$eval('input[type=radio]', (all) => {
    const byName = {};
    for (const { name, value } of all) (byName[name] ??= []).push(value);
    return byName;
  });
  const given = {};
  for (const [at, [name, values]] of Object.entries(questions).entries()) {
    const codes = values.filter((v) => Number(v) > 0);
    const roll = (at * 7 + pupil * 5) % 11;
    if (roll === 10) {
      given[name] = 0; // skipped
      continue;
    }
    const value = roll === 9 && values.includes('0') ? '0' : codes[(at * 3 + pupil) % codes.length];
    await page.locator(`input[name="${name}"][value="${value}"]`).check({ force: true });
    given[name] = Number(value);
  }
  await page.locator('form button[type=submit], form button:not([type])').last().click();
  await page.waitForURL(/\/tack/);
  return given;
}
