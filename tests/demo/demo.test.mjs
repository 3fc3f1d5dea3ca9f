// Goal: the demo keeps its word: it makes a municipality, lets pupils answer, writes posters that lead to the link
// it prints and tables of every earlier round, serves that link, ends on Ctrl-C, and begins anew the next time.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { parseCsv } from '../support/collector.mjs';

let dir, demo, out, link;

function startDemo(env = {}) {
  const child = spawn(process.execPath, ['tests/demo/demo.mjs'], {
    env: { ...process.env, DEMO_DIR: dir, DEMO_ONCE: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const self = { child, text: '', ended: once(child, 'exit').then(([code]) => code) };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (t) => (self.text += t));
  return self;
}

async function until(pattern, seconds, self = demo) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (pattern.test(self.text)) return;
    if (self.child.exitCode !== null) break;
  }
  throw new Error(`the demo did not get to ${pattern} within ${seconds} s:\n${self.text}`);
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tld-demo-'));
  writeFileSync(join(dir, 'left-over'), 'of the last time');
  demo = startDemo();
  await until(/^Serving at /m, 240);
  out = demo.text;
  link = out.match(/^(http:\S+\/[0-9A-Z]{8})$/m)[1];
});
after(async () => {
  demo.child.kill('SIGTERM');
  await demo.ended;
  rmSync(dir, { recursive: true, force: true });
});

test('it begins clean', () => assert.ok(!readdirSync(dir).includes('left-over')));

test('its page for parents has whom to ask, and on which legal basis', async () => {
  const page = await (await fetch(new URL('/integritet?lang=sv', link))).text();
  for (const set of [/mailto:enkat@exempelkommun\.se/, /mailto:dataskyddsombud@exempelkommun\.se/, /Exempelkommun uppger: [^<]*artikel 6\.1 e/])
    assert.match(page, set);
});

test('it is a municipality of the promised size', () => {
  const units = parseCsv(readFileSync(join(dir, 'import/units.csv'), 'utf8'));
  assert.equal(units.length, 15);
  const groups = parseCsv(readFileSync(join(dir, 'import/groups.csv'), 'utf8'));
  for (const year of new Set(groups.map((g) => g.school_year))) {
    const pupils = groups.filter((g) => g.school_year === year).reduce((sum, g) => sum + Number(g.enrolled), 0);
    assert.ok(pupils > 3600 && pupils < 4400, `${pupils} pupils in ${year}`);
  }
});

test('some hundred pupils answered, and each is stored once', () => {
  const [, answered, , twice, stored] = out.match(/(\d+) pupils answered, (\d+) .*?, (\d+) sent twice; (\d+) answers stored/);
  assert.ok(Number(answered) >= 300);
  assert.ok(Number(twice) > 0);
  assert.equal(stored, answered);
});

test('the poster of the shown class leads to the printed link, which serves the form', async () => {
  const name = readdirSync(join(dir, 'posters')).find((f) => f.endsWith('.png'));
  const code = execFileSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', join(dir, 'posters', name)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  assert.equal(new URL(code).href, link);
  const reply = await fetch(code);
  assert.equal(reply.status, 200);
  assert.match(await reply.text(), /name="?key"?/);
  assert.equal(readdirSync(join(dir, 'posters')).filter((f) => f.endsWith('.pdf')).length, 16);
});

test('earlier rounds have response rates of 60 to 98 % and schools that differ', () => {
  const rows = parseCsv(readFileSync(join(dir, 'tables/progression.csv'), 'utf8'));
  const units = rows.filter((r) => r.level === 'unit' && r.group_kind === 'all' && r.dimension === 'trygghet' && r.question === '');
  assert.deepEqual([...new Set(units.map((r) => r.round))].sort(), ['2024-04', '2024-10', '2025-04', '2025-10', '2026-04']);
  const rates = units.filter((r) => r.response_rate !== '').map((r) => Number(r.response_rate));
  assert.ok(rates.length > 100);
  for (const rate of rates) assert.ok(rate >= 0.6 && rate <= 0.98, `${rate}`);
  const mean = rates.reduce((a, b) => a + b) / rates.length;
  assert.ok(mean > 0.75 && mean < 0.92, `${mean}`);
  const indexes = units.filter((r) => r.index_0_100 !== '').map((r) => Number(r.index_0_100));
  assert.ok(Math.max(...indexes) - Math.min(...indexes) > 8, 'schools differ');
});

test('disclosure control leaves schools, most classes and most girls and boys of a school to be shown, in each round', () => {
  const shown = (kind) => {
    const pairs = [...out.match(new RegExp(`^  ${kind} .*$`, 'm'))[0].matchAll(/([\d.]+) \(([\d.]+)\)/g)];
    assert.equal(pairs.length, 5, kind);
    const least = (i) => Math.min(...pairs.map((pair) => Number(pair[i])));
    return { groups: least(1), figures: least(2) };
  };
  assert.deepEqual(shown('units'), { groups: 100, figures: 100 });
  assert.ok(shown('classes').groups >= 85 && shown('classes').figures >= 85, JSON.stringify(shown('classes')));
  assert.ok(shown('genders of units').groups >= 80, JSON.stringify(shown('genders of units')));
  assert.ok(shown('genders of units').figures >= 60, JSON.stringify(shown('genders of units')));
});

test('another demo does not pull the files from under it', async () => {
  const second = startDemo({ DEMO_ONCE: '1' });
  assert.equal(await second.ended, 1);
  assert.match(second.text, /another demo serves/);
});

test('a port that is taken is told of before the work, in the words of the demo; written once, it needs none', async () => {
  const taken = new URL(link).host;
  const other = mkdtempSync(join(tmpdir(), 'tld-demo-'));
  try {
    const served = startDemo({ DEMO_DIR: other, DEMO_LISTEN: taken });
    assert.equal(await served.ended, 1);
    assert.match(served.text, new RegExp(`${taken} is taken by another program: name another as DEMO_LISTEN=`));
    assert.doesNotMatch(served.text, /--listen|✓ importing/);

    const once = startDemo({ DEMO_DIR: other, DEMO_LISTEN: taken, DEMO_ONCE: '1' });
    await until(/✓ pupils answer/, 120, once);
    once.child.kill('SIGTERM');
    assert.equal(await once.ended, 1);
    assert.match(once.text, /interrupted/);
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});

test('Ctrl-C ends it properly', async () => {
  demo.child.kill('SIGINT');
  assert.equal(await demo.ended, 0, demo.text);
  assert.match(demo.text, /The collector has stopped\./);
  await assert.rejects(fetch(link));
  assert.ok(!readdirSync(dir).includes('running'));
});
