// Goal: every slip that the command prints leads a phone to the class's form with a code of its own, the same as the
// letters on the slip say; no code is good twice or lost by making slips again; a thousand are made in a moment.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const COLLECTOR = resolve(process.env.TLD_BUILD ?? 'build/release', 'tld-collector');
const LONG_UNIT = 'Sjöängsskolans förskoleklass, grundskola och anpassade grundskola i Västra Åkerby';
const LONG_CLASS = 'Avdelning Blåsippan och Gökärten, åk F–3';
const DPI = 150;
const SLIP = { left: 10, top: 12.5, width: 190 / 3, height: 34, across: 3, down: 8 }; // mm

let dir;

const env = () => ({ ...process.env, TLD_STORE: join(dir, 'tld.db') });
const run = (...args) => execFileSync(COLLECTOR, args, { encoding: 'utf8', env: env() });
const tried = (...args) => spawnSync(COLLECTOR, args, { encoding: 'utf8', env: env() });
const slips = (unit, group, file, ...more) =>
  tried('slips', '--round', '2026-10', '--unit', unit, '--group', group, '--output', join(dir, file), ...more);
const sql = (text) => execFileSync('sqlite3', [join(dir, 'tld.db'), text], { encoding: 'utf8' }).trim();
const pagesOf = (pdf) => Number(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }).match(/^Pages: +(\d+)$/m)[1]);

function done(result) {
  assert.equal(result.status, 0, result.stderr);
  return result;
}

// What one slip, cut out, says to a camera; '' when nothing is found.
function decodeSlip(pdf, page, at) {
  const dots = (mm) => String(Math.round((mm / 25.4) * DPI));
  const x = SLIP.left + (at % SLIP.across) * SLIP.width;
  const y = SLIP.top + Math.floor(at / SLIP.across) * SLIP.height;
  const root = join(dir, 'slip');
  execFileSync('pdftoppm', ['-png', '-r', String(DPI), '-gray', '-f', String(page), '-singlefile', '-x', dots(x), '-y', dots(y),
    '-W', dots(SLIP.width), '-H', dots(SLIP.height), pdf, root]);
  const found = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', `${root}.png`], { encoding: 'utf8' });
  return found.stdout.trim();
}

// What is written on it, as one line. Of a full sheet the codes alone: the rest is one drawing for all sheets.
function readSlip(pdf, page, at) {
  const points = (mm) => String(Math.round((mm / 25.4) * 72));
  const x = SLIP.left + (at % SLIP.across) * SLIP.width;
  const y = SLIP.top + Math.floor(at / SLIP.across) * SLIP.height;
  return execFileSync('pdftotext', ['-f', String(page), '-l', String(page), '-x', points(x), '-y', points(y), '-W', points(SLIP.width),
    '-H', points(SLIP.height), pdf, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ').trim();
}

// A sheet as it is drawn: {width, dots: from black to white, row by row}.
function drawn(pdf, page) {
  const pgm = execFileSync('pdftoppm', ['-r', String(DPI), '-gray', '-f', String(page), '-singlefile', pdf], { maxBuffer: 1 << 26 });
  const [head, width] = pgm.subarray(0, 30).toString('latin1').match(/^P5\s+(\d+)\s+\d+\s+255\s/);
  return { width: Number(width), dots: pgm.subarray(head.length) };
}

// How much ink is in the words that all slips have: class, unit and what to do above the code, the address below it.
function inkOfWords({ width, dots }, at) {
  const place = (mm) => Math.round((mm / 25.4) * DPI);
  const x = SLIP.left + (at % SLIP.across) * SLIP.width + 27;
  const y = SLIP.top + Math.floor(at / SLIP.across) * SLIP.height;
  return [[4, 20.2], [26.7, 31]].map(([from, to]) => {
    let ink = 0;
    for (let row = place(y + from); row < place(y + to); row++)
      for (const dot of dots.subarray(row * width + place(x), row * width + place(x + 32))) ink += dot < 128;
    return ink;
  });
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'tld-slips-'));
  writeFileSync(join(dir, 'units.csv'), 'unit_code,unit_name,area,school_forms\n' +
    `99000001,Björkskolan,,grundskola\n99000002,"${LONG_UNIT.slice(0, 80)}",,grundskola\n`);
  writeFileSync(join(dir, 'groups.csv'), 'unit_code,school_year,group,school_form,grade,enrolled\n' +
    '99000001,2026/2027,7A,grundskola,7,26\n99000001,2026/2027,8B,grundskola,8,30\n99000001,2026/2027,9C,grundskola,9,3\n' +
    '99000001,2026/2027,9D,grundskola,9,3\n99000001,2026/2027,2B,grundskola,2,27\n' +
    `99000002,2026/2027,"${LONG_CLASS}",grundskola,2,20\n`);
  run('init', '--organisation', 'Exempelkommun', '--public-url', 'https://tld.exempelkommun.se');
  run('import', 'units', join(dir, 'units.csv'));
  run('import', 'groups', join(dir, 'groups.csv'));
  run('round', 'add', '2026-10', '--opens', '2026-10-01 06:00', '--closes', '2199-10-31 20:00');
});
after(() => rmSync(dir, { recursive: true, force: true }));

const linkOf = (group) => run('access', 'list', '--round', '2026-10', '--format', 'csv').split('\n')
  .find((line) => line.includes(`,${group},`) && line.includes('grundskola-')).split(',').pop().trim();

test('every slip decodes by itself, to the class with a code of its own that stands beside it in letters, with the class and what to do', () => {
  done(slips('99000001', '7A', '7a.pdf'));
  const pdf = join(dir, '7a.pdf');
  const codes = new Set();
  assert.equal(pagesOf(pdf), 2); // 26 pupils and 2 to spare
  assert.match(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }), /^Page size: .*\(A4\)$/m);
  for (let i = 0; i < 28; i++) {
    const text = decodeSlip(pdf, 1 + Math.floor(i / 24), i % 24);
    assert.match(text, /^HTTPS:\/\/TLD\.EXEMPELKOMMUN\.SE\/[A-Z0-9]{8}\/[ACDEFGHJKMNPQRTWXY34679]{8}$/, `slip ${i}`);
    assert.equal(text.slice(0, text.lastIndexOf('/')), linkOf('7A').toUpperCase());
    codes.add(text.slice(-8));
    const words = readSlip(pdf, 1 + Math.floor(i / 24), i % 24);
    assert.ok(words.replace(/\s/g, '').includes(text.slice(-8)), `slip ${i} has no ${text.slice(-8)}: ${words}`);
    if (i < 24) continue;
    for (const part of ['7A', 'Björkskolan', 'Kod', 'Skanna rutan, eller skriv adress och kod.', linkOf('7A').replace('https://', '')])
      assert.ok(words.includes(part), `slip ${i} has no "${part}": ${words}`);
  }
  const like = inkOfWords(drawn(pdf, 2), 0);
  const full = drawn(pdf, 1);
  assert.ok(Math.min(...like) > 100, String(like));
  for (let i = 0; i < 24; i++)
    for (const [part, ink] of inkOfWords(full, i).entries()) assert.ok(Math.abs(ink / like[part] - 1) < 0.15, `slip ${i}: ${ink} of ${like[part]}`);
  assert.equal(codes.size, 28);
  assert.equal(decodeSlip(pdf, 2, 4), '', 'after the last slip the sheet is empty');
  assert.equal(sql('SELECT count(*) FROM one_time_code'), '28');
});

test('very long names leave the codes whole', () => {
  done(slips('99000002', LONG_CLASS, 'long.pdf', '--public-url', `https://enkat.${'mycket-'.repeat(12)}lang.se/Barn/och-unga`));
  for (const at of [0, 11, 21]) assert.match(decodeSlip(join(dir, 'long.pdf'), 1, at), /\/Barn\/och-unga\/\w{8}\/\w{8}$/);
  assert.equal(nearestInk(join(dir, 'long.pdf')) >= 3.8, true, 'and the margins white');
});

// The least distance, in mm, of anything printed from the line that its slip is cut along, on the first sheet.
function nearestInk(pdf) {
  const mm = 254 / 25.4; // dots in one
  const page = execFileSync('pdftoppm', ['-gray', '-r', '254', '-f', '1', '-singlefile', pdf], { maxBuffer: 64e6 });
  const [head, width] = page.subarray(0, 40).toString('latin1').match(/^P5\s+(\d+)\s+\d+\s+255\s/);
  let nearest = Infinity;
  for (let i = 0; i < SLIP.across * SLIP.down; i++) {
    const left = (SLIP.left + (i % SLIP.across) * SLIP.width) * mm;
    const top = (SLIP.top + Math.floor(i / SLIP.across) * SLIP.height) * mm;
    for (let y = 3; y < SLIP.height * mm - 3; y++) { // the pale line itself is left out
      for (let x = 3; x < SLIP.width * mm - 3; x++) {
        const at = head.length + Math.round(top + y) * Number(width) + Math.round(left + x);
        if (page[at] < 160) nearest = Math.min(nearest, x, y, SLIP.width * mm - x, SLIP.height * mm - y);
      }
    }
  }
  return nearest / mm;
}

test('a child can read it, and cutting a little askew takes nothing away', () => {
  done(slips('99000001', '2B', 'child.pdf'));
  const pdf = join(dir, 'child.pdf');
  // a word is as high as the font from ascender to descender
  const words = [...execFileSync('pdftotext', ['-f', '2', '-bbox', pdf, '-'], { encoding: 'utf8' })
    .matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]+)</g)].map((m) => [m[3], (m[2] - m[1]) / 1.362]);
  assert.ok(words.length > 40, `${words.length} words`);
  for (const [word, points] of words) assert.ok(points >= 8, `${word} has ${points} points`);
  const halves = words.filter(([word]) => /^[ACDEFGHJKMNPQRTWXY34679]{4}$/.test(word));
  assert.equal(halves.length, 2 * 5);
  for (const [half, points] of halves) assert.ok(points >= 10.5, `${half} has ${points} points`);
  const clear = nearestInk(pdf);
  assert.ok(clear >= 3.8 && clear < 4.5, `${clear} mm`); // 4, as far as dots can tell
});

test('the file is the caller\'s alone, and the help says so', () => {
  done(slips('99000001', '9C', 'own.pdf'));
  assert.equal(statSync(join(dir, 'own.pdf')).mode & 0o777, 0o600);
  writeFileSync(join(dir, 'there.pdf'), '', { mode: 0o644 });
  done(slips('99000001', '9C', 'there.pdf', '--replace'));
  assert.equal(statSync(join(dir, 'there.pdf')).mode & 0o777, 0o600);
  assert.match(run('slips', '--help'), /which\s+nobody\s+else\s+on\s+the\s+machine\s+may\s+read/);
});

test('a class with slips gets more only when asked, and --replace makes the unused void', () => {
  const refused = slips('99000001', '7A', 'again.pdf');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /28 slips already \(0 used\).*--add.*--replace/);
  assert.equal(existsSync(join(dir, 'again.pdf')), false);
  done(slips('99000001', '7A', 'more.pdf', '--add', '--count', '2'));
  assert.equal(sql("SELECT count(*) FROM one_time_code c JOIN class_group g ON g.id = c.group_id WHERE g.name = '7A'"), '30');
  const hashes = sql('SELECT hex(code_hash) FROM one_time_code').split('\n');
  assert.match(done(slips('99000001', '7A', 'new.pdf', '--replace')).stderr, /30 unused slips of class 7A are void/);
  const now = sql("SELECT hex(code_hash) FROM one_time_code c JOIN class_group g ON g.id = c.group_id WHERE g.name = '7A'").split('\n');
  assert.equal(now.length, 28);
  for (const hash of now) assert.equal(hashes.includes(hash), false);
});

test('a file that can not be written leaves the class without codes', () => {
  const result = slips('99000001', '9D', 'no/such/folder.pdf');
  assert.equal(result.status, 1);
  assert.equal(sql("SELECT count(*) FROM one_time_code c JOIN class_group g ON g.id = c.group_id WHERE g.name = '9D'"), '0');
});

test('what does not fit together is refused, saying why', () => {
  assert.match(slips('99000001', '7X', 'x.pdf').stderr, /no class 7X/);
  assert.match(slips('99000003', '7A', 'x.pdf').stderr, /no unit 99000003/);
  assert.match(slips('99000001', '7A', 'x.pdf', '--add', '--replace').stderr, /choose one/);
  assert.equal(slips('99000001', '7A', 'x.pdf', '--count', '0').status, 2);
});

test('for staff, of whom nobody knows how many there are, the number is asked for; guardians get one for each child', () => {
  run('round', 'add', '2027-04', '--form', 'personal', '--form', 'vardnadshavare');
  const made = (form, ...more) => tried('slips', '--round', '2027-04', '--unit', '99000001', '--group', '9D', '--form', form,
    '--output', join(dir, `${form}.pdf`), ...more);
  assert.match(made('personal').stderr, /--count/);
  assert.equal(existsSync(join(dir, 'personal.pdf')), false);
  done(made('personal', '--count', '12'));
  done(made('vardnadshavare'));
});

// Its own processor time: others may be busy on the machine.
test('a thousand slips take less than three seconds, and the first and last of them decode', () => {
  const result = spawnSync('sh', ['-c', `"${COLLECTOR}" slips --round 2026-10 --unit 99000001 --group 8B --count 1000 --output ` +
    `"${join(dir, 'big.pdf')}" && times`], { encoding: 'utf8', env: env() });
  assert.equal(result.status, 0, result.stderr);
  const [user, system] = result.stdout.trim().split('\n')[1].split(' ').map((t) => {
    const [, minutes, seconds] = t.match(/^(\d+)m([\d.]+)s$/);
    return Number(minutes) * 60 + Number(seconds);
  });
  assert.ok(user + system < 3, `${user + system} s`);
  const pdf = join(dir, 'big.pdf');
  assert.equal(pagesOf(pdf), 42);
  const [first, last] = [decodeSlip(pdf, 1, 0), decodeSlip(pdf, 42, 15)];
  assert.match(first, /\/[A-Z0-9]{8}\/[A-Z0-9]{8}$/);
  assert.match(last, /\/[A-Z0-9]{8}\/[A-Z0-9]{8}$/);
  assert.notEqual(first, last);
  assert.ok(readFileSync(pdf).length < 8e6);
});
