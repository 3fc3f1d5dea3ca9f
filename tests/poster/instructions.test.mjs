// Goal: a teacher gets one A4 page in each language that says when, by which link and how, what never to do and what to
// do when a child is upset; with the points about slips where the class has slips; and nothing leaves the page.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const COLLECTOR = resolve(process.env.TLD_BUILD ?? 'build/release', 'tld-collector');
const LONG_UNIT = 'Ö'.repeat(80);
const LONG_CLASS = 'W'.repeat(40);

let dir;

const env = () => ({ ...process.env, TLD_STORE: join(dir, 'tld.db') });
const run = (...args) => execFileSync(COLLECTOR, args, { encoding: 'utf8', env: env() });
const guide = (file, ...args) => {
  run('instructions', '--round', '2026-10', '--output', join(dir, file), ...args);
  return join(dir, file);
};
const page = (pdf, n) => execFileSync('pdftotext', ['-f', String(n), '-l', String(n), pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
const info = (pdf) => execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });

// Dots of ink outside the margins, on any page.
function inkInMargins(pdf, n) {
  const pgm = execFileSync('pdftoppm', ['-r', '50', '-gray', '-f', String(n), '-singlefile', pdf], { maxBuffer: 1 << 26 });
  const [head, w, h] = pgm.subarray(0, 30).toString('latin1').match(/^P5\s+(\d+)\s+(\d+)\s+255\s/);
  const margin = Math.round((8 / 25.4) * 50);
  let ink = 0;
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      if ((x < margin || y < margin || x >= w - margin || y >= h - margin) && pgm[head.length + y * w + x] < 250) ink++;
  return ink;
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'tld-guide-'));
  writeFileSync(join(dir, 'units.csv'), `unit_code,unit_name,area,school_forms\n99000001,Björkskolan,,grundskola fritidshem\n99000002,${LONG_UNIT},,grundskola\n99000003,Blåklinten,,forskola\n99000004,Komvux,,vuxenutbildning\n`);
  writeFileSync(join(dir, 'groups.csv'), 'unit_code,school_year,group,school_form,grade,enrolled\n' +
    `99000001,2026/2027,7A,grundskola,7,26\n99000001,2026/2027,8B,grundskola,8,30\n99000002,2026/2027,${LONG_CLASS},grundskola,2,20\n99000003,2026/2027,Blåsipporna,forskola,,18\n99000004,2026/2027,SFI 2,vuxenutbildning,,25\n99000001,2026/2027,Skatan,fritidshem,,25\n`);
  run('init', '--organisation', 'Exempelkommun & Åbo', '--public-url', 'https://tld.exempelkommun.se');
  run('import', 'units', join(dir, 'units.csv'));
  run('import', 'groups', join(dir, 'groups.csv'));
  run('round', 'add', '2026-10', '--opens', '2026-10-05 06:00', '--closes', '2199-10-23 20:30');
  run('slips', '--round', '2026-10', '--unit', '99000001', '--group', '8B', '--output', join(dir, 'slips.pdf'));
});
after(() => rmSync(dir, { recursive: true, force: true }));

test('a page in Swedish and one in English, with place, times and link', () => {
  const pdf = guide('a.pdf', '--unit', '99000001', '--group', '7A');
  assert.match(info(pdf), /^Pages: +2$/m);
  assert.match(info(pdf), /\(A4\)/);
  assert.match(info(pdf), /^Title: .*Björkskolan, 7A$/m);
  const link = run('access', 'list', '--round', '2026-10', '--format', 'csv').match(/,7A,grundskola-\S*,https:\/\/(\S+)/)[1];
  const [sv, en] = [page(pdf, 1), page(pdf, 2)];
  for (const text of ['Exempelkommun & Åbo', 'Björkskolan, 7A', 'Öppen från 5 oktober kl. 06.00 till 23 oktober kl. 20.30.', link,
    'Innan', 'Under tiden', 'Efteråt', 'Gör aldrig så här', 'Om ett barn blir ledset', '116 111', 'över axeln', 'affischen']) {
    assert.ok(sv.includes(text), text);
  }
  for (const text of ['Open from 5 October, 06:00 to 23 October, 20:30.', link, 'Never', 'If a child is upset', '116 111', 'poster'])
    assert.ok(en.includes(text), text);
  assert.doesNotMatch(sv, /lapp|\{/);
  assert.doesNotMatch(en, /slip|\{/);
});

test('a class with slips is told how to hand them out, and nothing of a poster', () => {
  const pdf = guide('b.pdf', '--unit', '99000001', '--group', '8B');
  assert.match(page(pdf, 1), /Klipp isär lapparna/);
  assert.match(page(pdf, 1), /Skriv inte namn på lapparna/);
  assert.doesNotMatch(page(pdf, 1), /affisch/);
  assert.match(page(pdf, 2), /Cut the slips apart/);
  assert.doesNotMatch(page(pdf, 2), /poster/);
});

test('children who share a tablet: its link, and how it is passed on; with slips both', () => {
  const pdf = guide('shared.pdf', '--unit', '99000001', '--group', '7A', '--shared');
  const [sv, en] = [page(pdf, 1), page(pdf, 2)];
  assert.match(sv, /Länk: tld\.exempelkommun\.se\/\w{8}\/delad /);
  assert.match(sv, /trycker du på ”Nästa barn”/);
  assert.match(sv, /Den som var borta kan svara senare/);
  assert.doesNotMatch(sv, /Häng upp|lapp|\{/);
  assert.match(en, /tap “Next child”/);
  assert.doesNotMatch(page(guide('own.pdf', '--unit', '99000001', '--group', '7A'), 1), /Nästa barn|surfplatta/);
  const both = page(guide('both.pdf', '--unit', '99000001', '--group', '8B', '--shared'), 1);
  assert.match(both, /Klipp isär lapparna/);
  assert.match(both, /Nästa barn/);
  assert.match(both, /Spara lappar till dem som var borta/);
  assert.doesNotMatch(both, /Den som var borta/); // said once
  assert.equal(inkInMargins(join(dir, 'both.pdf'), 1), 0);
});

test('whom to ask when the technology fails, as far as it is known', () => {
  const told = (file, ...args) => guide(file, '--unit', '99000001', ...args);
  assert.doesNotMatch(page(told('nobody.pdf'), 1), /tekniken/);
  run('settings', '--contact', 'IT-stödet, 0470-123 45 & <it@exempelkommun.se>');
  const pdf = told('somebody.pdf', '--group', '7A');
  assert.match(page(pdf, 1), /Om tekniken krånglar: IT-stödet, 0470-123 45 & <it@exempelkommun\.se>/);
  assert.match(page(pdf, 2), /If the technology fails: IT-stödet, 0470-123 45/);
  run('settings', '--contact', 'W'.repeat(200));
  const long = told('long.pdf', '--group', '8B', '--shared');
  assert.match(page(long, 1), /W{200}/);
  for (const n of [1, 2]) assert.equal(inkInMargins(long, n), 0);
});

test('those who teach adults read of participants and a group, and of help that is for adults', () => {
  for (const more of [[], ['--group', 'SFI 2'], ['--group', 'SFI 2', '--shared']]) {
    const pdf = guide('adults.pdf', '--unit', '99000004', ...more);
    for (const n of [1, 2]) {
      assert.match(page(pdf, n), /1177.*112/);
      assert.doesNotMatch(page(pdf, n).replace(/”Nästa barn”|“Next child”/, ''), /Bris|elev|klass|\bbarn|pupil|\bclass|child/i);
      assert.equal(inkInMargins(pdf, n), 0);
    }
  }
});

test('a preschool and a fritidshem read of children and a group, not of pupils, a class or the health team of a school', () => {
  for (const [unit, ...more] of [['99000003', '--group', 'Blåsipporna'], ['99000003'], ['99000003', '--shared'], ['99000001', '--group', 'Skatan', '--shared']]) {
    const pdf = guide('young.pdf', '--unit', unit, ...more);
    const [sv, en] = [page(pdf, 1), page(pdf, 2)];
    assert.match(sv, /Till dig som arbetar på förskola eller fritidshem/);
    assert.match(sv, /håll i surfplattan/);
    assert.doesNotMatch(sv, /elev|lärare|klass|mentor|Häng upp|ser skärmarna|Bris/i, more.join());
    assert.match(en, /hold the tablet/);
    assert.doesNotMatch(en, /pupil|teacher|class|mentor|Hang up|Bris/i, more.join());
    assert.equal(inkInMargins(pdf, 1), 0);
  }
  assert.match(page(guide('both.pdf', '--unit', '99000001'), 1), /lärare eller mentor/);
});

test('one language alone; a whole unit', () => {
  const pdf = guide('c.pdf', '--unit', '99000001', '--language', 'en');
  assert.match(info(pdf), /^Pages: +1$/m);
  assert.match(page(pdf, 1), /Björkskolan .*Before/);
});

test('the longest names stay whole and within the margins', () => {
  const pdf = guide('d.pdf', '--unit', '99000002', '--group', LONG_CLASS, '--public-url', `https://${'lang-'.repeat(30)}adress.se`);
  assert.equal([...page(pdf, 1).matchAll(/Ö/g)].length >= 80, true);
  for (const [file, n] of [[pdf, 1], [pdf, 2], [guide('e.pdf', '--unit', '99000001', '--group', '8B'), 1]])
    assert.equal(inkInMargins(file, n), 0);
});

test('what does not exist is refused', () => {
  const result = spawnSync(COLLECTOR, ['instructions', '--round', '2026-10', '--unit', '99000001', '--group', '7X', '--output', '-'],
    { encoding: 'utf8', env: env() });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /no class 7X/);
  assert.equal(result.stdout, '');
  run('round', 'add', '2027-04', '--form', 'grundskola-7-9', '--form', 'personal', '--form', 'vardnadshavare');
  for (const form of ['personal', 'vardnadshavare']) {
    const other = spawnSync(COLLECTOR, ['instructions', '--round', '2027-04', '--unit', '99000001', '--form', form, '--output', '-'],
      { encoding: 'utf8', env: env() });
    assert.equal(other.status, 1);
    assert.match(other.stderr, new RegExp(`form ${form} is not for pupils`));
    assert.equal(other.stdout, '');
  }
});
