// Goal: a poster that the command makes leads a phone to the very link, in each format; is one A4 page with its
// fonts in it and its text to be found; and keeps hostile and very long names whole and inside the page.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const COLLECTOR = resolve(process.env.TLD_BUILD ?? 'build/release', 'tld-collector');
const PUBLIC_URL = 'https://tld.exempelkommun.se';
const LONG_UNIT = 'Sjöängsskolans förskoleklass, grundskola och anpassade grundskola i Västra Åkerby';
const LONG_WORD = 'Ö'.repeat(80);
const LONG_CLASS = 'Avdelning Blåsippan och Gökärten, åk F–3';
const HOSTILE = '<b>&amp; "Kalle\'s" ]]> مدرسة 😀';
const UNITS = [
  ['99000001', 'Björkskolan', ['FA', '0'], ['5A', '5'], ['9Å', '9']],
  ['99000002', LONG_UNIT.slice(0, 80), [LONG_CLASS, '2']],
  ['99000003', LONG_WORD, ['W'.repeat(40), '7']],
  ['99000004', HOSTILE, ['</text><script>', '4']],
];

let dir, links;

const run = (...args) =>
  execFileSync(COLLECTOR, args, { encoding: 'utf8', env: { ...process.env, TLD_STORE: join(dir, 'tld.db') } });
const refused = (...args) =>
  spawnSync(COLLECTOR, args, { encoding: 'utf8', env: { ...process.env, TLD_STORE: join(dir, 'tld.db') } });
const cell = (s) => `"${s.replaceAll('"', '""')}"`;
const linkOf = (unit, group, form) =>
  links.find((l) => l.unit === unit && l.group === group && (form === undefined || l.form === form)).url;

// The texts of all codes in a picture, in the order found.
function decode(png) {
  const out = execFileSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', png], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out.trim().split('\n');
}

// A page of a PDF as a picture, as a printer would have it.
function rasterize(pdf, page = 1) {
  const root = join(dir, 'page');
  execFileSync('pdftoppm', ['-png', '-r', '100', '-gray', '-f', String(page), '-singlefile', pdf, root]);
  return `${root}.png`;
}

function assertLeadsTo(decoded, link) {
  assert.equal(decoded.length, 1);
  // the code has scheme and host in capitals; an address is the same in either
  assert.equal(decoded[0], link.toUpperCase());
  assert.equal(new URL(decoded[0]).href, link);
}

function assertLeadsToShared(decoded, link) {
  assert.deepEqual(decoded, [link.toUpperCase()]);
}

function poster(name, ...args) {
  const file = join(dir, name);
  run('poster', '--round', '2026-10', '--output', file, ...args);
  return file;
}

// A field of a CSV with quotes; enough for what `access list` writes here.
function parseCsv(text) {
  const rows = [[]];
  for (const m of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push((m[1] ?? m[2]).replaceAll('""', '"'));
    if (m[3] === '') break;
    if (m[3] !== ',') rows.push([]);
  }
  return rows.filter((r) => r.length > 1);
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'tld-poster-'));
  const groups = UNITS.flatMap(([code, , ...classes]) =>
    classes.map(([name, grade]) => `${code},2026/2027,${cell(name)},${grade === '0' ? 'forskoleklass' : 'grundskola'},${grade},20\n`),
  );
  writeFileSync(
    join(dir, 'units.csv'),
    'unit_code,unit_name,area,school_forms\n' +
      UNITS.map(([code, name]) => `${code},${cell(name)},,forskoleklass grundskola\n`).join(''),
  );
  writeFileSync(join(dir, 'groups.csv'), 'unit_code,school_year,group,school_form,grade,enrolled\n' + groups.join(''));
  run('init', '--organisation', 'Exempelkommun & Åbo', '--public-url', PUBLIC_URL);
  run('import', 'units', join(dir, 'units.csv'));
  run('import', 'groups', join(dir, 'groups.csv'));
  run('round', 'add', '2026-10');
  const [, ...rows] = parseCsv(run('access', 'list', '--round', '2026-10', '--format', 'csv'));
  links = rows.map(([unit, group, form, url]) => ({ unit, group, form, url }));
});
after(() => rmSync(dir, { recursive: true, force: true }));

test('every format of a class poster leads to the link of the class', () => {
  const link = linkOf('99000001', '5A');
  const of = ['--unit', '99000001', '--group', '5A'];
  assertLeadsTo(decode(poster('a.png', ...of)), link);
  assertLeadsTo(decode(rasterize(poster('a.pdf', ...of))), link);
  const svg = poster('a.svg', ...of);
  assert.match(readFileSync(svg, 'utf8'), /^<svg /);
  execFileSync('rsvg-convert', ['--dpi-x', '100', '--dpi-y', '100', '-o', join(dir, 'a-svg.png'), svg]);
  assertLeadsTo(decode(join(dir, 'a-svg.png')), link);
});

test('the poster for a shared tablet leads to the shared link and says so, with a code no finer than need be', () => {
  const of = ['--unit', '99000001', '--group', '5A', '--shared'];
  const shared = run('access', 'list', '--round', '2026-10', '--format', 'csv', '--shared').split('\r\n')
    .find((line) => line.startsWith('99000001,5A,')).split(',').pop();
  assert.equal(shared, `${linkOf('99000001', '5A')}/delad`);
  for (const [name, picture] of [['shared.png', (f) => f], ['shared.pdf', rasterize]]) assertLeadsToShared(decode(picture(poster(name, ...of))), shared);
  const text = execFileSync('pdftotext', [join(dir, 'shared.pdf'), '-'], { encoding: 'utf8' });
  assert.match(text, /Delad surfplatta/);
  assert.match(text, /Shared tablet/);
  assert.ok(text.replace(/\s/g, '').includes(shared.slice('https://'.length)), text);
  assert.match(execFileSync('pdfinfo', [join(dir, 'shared.pdf')], { encoding: 'utf8' }), /^Title: .*5A – Delad surfplatta/m);
  // 29 modules (version 3) hold 61 characters of the small alphabet at level M, and only 42 bytes
  const modules = (svg) => Math.max(...[...readFileSync(svg, 'utf8').match(/scale\([\d.]+\)" d="(M[^"]+)"/)[1].matchAll(/M(\d+) \d+h(\d+)/g)]
    .map((m) => Number(m[1]) + Number(m[2])));
  assert.ok(shared.length > 42);
  assert.equal(modules(poster('shared.svg', ...of)), 29);
  const shown = run('poster', '--round', '2026-10', ...of, '--format', 'text', '--output', '-');
  assert.ok(shown.includes(shared));
});

test('long names, a long address and a unit of many links leave the shared poster whole', () => {
  const pdf = poster('shared-long.pdf', '--unit', '99000003', '--group', 'W'.repeat(40), '--shared', '--public-url',
    `https://enkat.${'mycket-'.repeat(9)}lang.se`);
  for (const b of boxes(pdf)) assert.ok(b.x0 >= 22 && b.x1 <= 573 && b.y0 >= 0 && b.y1 <= 841, `${b.word} at ${b.x0}–${b.x1}`);
  assert.match(decode(rasterize(pdf))[0], /LANG\.SE\/\w{8}\/DELAD$/);
  const unit = poster('shared-unit.pdf', '--unit', '99000001', '--shared');
  for (const page of [1, 2, 3]) assert.match(decode(rasterize(unit, page))[0], /\/DELAD$/);
});

test('the code is found in a small, far-away picture too', () => {
  const pdf = poster('far.pdf', '--unit', '99000001', '--group', '5A');
  execFileSync('pdftoppm', ['-png', '-r', '20', '-gray', '-singlefile', pdf, join(dir, 'far')]); // 165 × 234 dots
  assertLeadsTo(decode(join(dir, 'far.png')), linkOf('99000001', '5A'));
});

test('the PDF is one A4 page with its fonts and its text', () => {
  const pdf = poster('page.pdf', '--unit', '99000001', '--group', '9Å');
  const info = execFileSync('pdfinfo', [pdf], { encoding: 'utf8' });
  assert.match(info, /^Pages: +1$/m);
  assert.match(info, /^Page size: +595\.\d+ x 841\.\d+ pts \(A4\)$/m);
  assert.match(info, /^Title: .*Björkskolan, 9Å.*Oktober 2026$/m);
  const fonts = execFileSync('pdffonts', [pdf], { encoding: 'utf8' }).trim().split('\n').slice(2);
  assert.ok(fonts.length >= 2);
  for (const font of fonts) assert.match(font, /\byes +yes +yes +\d+ +\d+$/, font); // embedded, subset, to Unicode
  const text = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
  for (const word of ['Exempelkommun & Åbo', 'Björkskolan', '9Å', 'Trygghet', 'Lärande', 'Delaktighet'])
    assert.ok(text.includes(word), word);
  const link = linkOf('99000001', '9Å');
  assert.ok(text.replace(/\s/g, '').includes(link.slice('https://'.length)), 'the link can be read');
});

// A grey picture of a page: its width and a function from (x, y) to 0..255.
function greyPage(pdf, dpi) {
  const pgm = execFileSync('pdftoppm', ['-r', String(dpi), '-gray', '-singlefile', pdf], { maxBuffer: 1 << 26 });
  const [head, width] = pgm.subarray(0, 30).toString('latin1').match(/^P5\s+(\d+)\s+\d+\s+255\s/);
  return (x, y) => pgm[head.length + y * Number(width) + x];
}

test('the symbol and its quiet zone fill 190 mm, and nothing is drawn in that zone', () => {
  const of = ['--unit', '99000002', '--group', LONG_CLASS];
  const svg = readFileSync(poster('size.svg', ...of), 'utf8');
  const [, x, y, scale, d] = svg.match(/translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)" d="(M[^"]+)"/);
  const modules = Math.max(...[...d.matchAll(/M(\d+) \d+h(\d+)/g)].map((m) => Number(m[1]) + Number(m[2])));
  const quiet = 4 * Number(scale);
  const side = modules * Number(scale);
  assert.ok(side + 2 * quiet >= 190 - 1e-3, `${side + 2 * quiet} mm`);

  const dpi = 100;
  const grey = greyPage(poster('size.pdf', ...of), dpi);
  const dots = (mm) => Math.round((mm / 25.4) * dpi);
  const [left, top, right, low] = [Number(x), Number(y), Number(x) + side, Number(y) + side].map(dots);
  let dark = 0;
  for (let v = dots(Number(y) - quiet) + 1; v < dots(Number(y) + side + quiet) - 1; v++)
    for (let u = dots(Number(x) - quiet) + 1; u < dots(Number(x) + side + quiet) - 1; u++) {
      const outside = u < left - 1 || u > right + 1 || v < top - 1 || v > low + 1;
      if (outside) assert.equal(grey(u, v), 255, `something stands in the quiet zone at ${u}, ${v}`);
      else dark += grey(u, v) < 128;
    }
  assert.ok(dark > 0.3 * (right - left) * (low - top), 'the symbol is where it is said to be');
});

test('a unit has one page for each of its links, and a picture needs the form', () => {
  const pdf = poster('unit.pdf', '--unit', '99000001');
  assert.match(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }), /^Pages: +3$/m);
  const expected = links.filter((l) => l.unit === '99000001' && l.group === '').map((l) => l.url.toUpperCase());
  assert.equal(expected.length, 3);
  const found = [1, 2, 3].flatMap((page) => decode(rasterize(pdf, page)));
  assert.deepEqual(found.sort(), expected.sort());
  const text = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
  for (const grades of ['Förskoleklass', 'Årskurs 5', 'Årskurs 9']) assert.ok(text.includes(grades), grades);

  const failed = refused('poster', '--round', '2026-10', '--unit', '99000001', '--output', join(dir, 'unit.png'));
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /name the form with --form \(forskoleklass-3, grundskola-4-6, grundskola-7-9\)/);
  run('round', 'add', '2027-04', '--form', 'forskoleklass-3', '--form', 'grundskola-7-9', '--form', 'vardnadshavare');
  const other = refused('poster', '--round', '2027-04', '--unit', '99000003', '--output', join(dir, 'unit.png'));
  assert.match(other.stderr, /2 links .*--form \(grundskola-7-9, vardnadshavare\)/, "the unit's own forms alone");
  const one = poster('one.png', '--unit', '99000001', '--form', 'grundskola-4-6');
  assertLeadsTo(decode(one), linkOf('99000001', '', 'grundskola-4-6'));
});

// All words of the page with their boxes, in points.
function boxes(pdf) {
  const html = execFileSync('pdftotext', ['-bbox', pdf, '-'], { encoding: 'utf8' });
  return [...html.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g)].map(
    ([, x0, y0, x1, y1, word]) => ({ x0: Number(x0), y0: Number(y0), x1: Number(x1), y1: Number(y1), word }),
  );
}

test('long and hostile names stay whole and inside the margins', () => {
  const margin = (8 / 25.4) * 72;
  for (const [unit, name, [group]] of UNITS.slice(1)) {
    const pdf = poster(`${unit}.pdf`, '--unit', unit, '--group', group);
    const words = boxes(pdf);
    assert.ok(words.length > 10);
    for (const b of words)
      assert.ok(b.x0 >= margin && b.x1 <= 595.28 - margin && b.y0 >= 0 && b.y1 <= 841.89, `${b.word} at ${b.x0}–${b.x1}`);
    assertLeadsTo(decode(rasterize(pdf)), linkOf(unit, group));
    const text = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' }).replace(/\s/g, '');
    // Arabic and emoji come back in an order of their own
    const latin = (s) => s.replace(/[^\x21-\x7e\u00c0-\u024f–]/g, '');
    assert.ok(latin(text).includes(latin(name)), `${name} in ${text}`);
    assert.ok(latin(text).includes(latin(group)), group);
  }
});

test('names stay text in the SVG', () => {
  const svg = readFileSync(poster('hostile.svg', '--unit', '99000004', '--group', '</text><script>'), 'utf8');
  assert.doesNotMatch(svg, /<script|<b>/);
  assert.match(svg, /&lt;\/text&gt;&lt;script&gt;/);
});

test('the terminal shows a code that can be scanned', () => {
  const out = run('poster', '--round', '2026-10', '--unit', '99000001', '--group', '5A', '--format', 'text', '--output', '-');
  assert.ok(out.includes(linkOf('99000001', '5A')));
  const rows = out.split('\n').filter((l) => l.startsWith('\x1b[97;40m')).map((l) => [...l.slice(8, -4)]);
  const size = rows[0].length;
  const white = (x, y) => (y % 2 === 0 ? '█▀' : '█▄').includes(rows[y >> 1][x]);
  const scale = 6;
  const pixels = Buffer.alloc((size * scale) ** 2);
  for (let y = 0; y < size * scale; y++)
    for (let x = 0; x < size * scale; x++)
      pixels[y * size * scale + x] = white(Math.floor(x / scale), Math.floor(y / scale)) ? 255 : 0;
  const file = join(dir, 'terminal.pgm');
  writeFileSync(file, Buffer.concat([Buffer.from(`P5 ${size * scale} ${size * scale} 255\n`), pixels]));
  assertLeadsTo(decode(file), linkOf('99000001', '5A'));
});

test('what does not exist is refused, and no file is left', () => {
  for (const args of [
    ['--unit', '99999999'],
    ['--unit', '99000001', '--group', '5B'],
    ['--unit', '99000001', '--form', 'nonsense'],
    ['--unit', '99000003', '--form', 'forskoleklass-3'],
    ['--unit', '99000001', '--public-url', 'tld.se'],
  ]) {
    const failed = refused('poster', '--round', '2026-10', '--output', join(dir, 'none.pdf'), ...args);
    assert.equal(failed.status, 1, args.join(' '));
    assert.equal(failed.stderr.trim().split('\n').length, 1);
    assert.throws(() => readFileSync(join(dir, 'none.pdf')));
  }
});
