// Goal: the paper form that `forms preview` writes can be printed and filled in: A4 in black and white, its fonts in it,
// everything that the form asks on it, whole and within the margins, mirrored in Arabic; in every language of every form.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const COLLECTOR = resolve(process.env.TLD_BUILD ?? 'build/release', 'tld-collector');
const FORMS = readdirSync('forms').filter((f) => f.endsWith('.yaml')).map((f) => f.slice(0, -5));
const NO_NAME = {
  sv: 'Skriv inte ditt namn', en: 'Do not write your name', so: 'Magacaaga ha ku qorin', uk: 'писати не треба', fi: 'Älä kirjoita nimeäsi',
};

let dir;
const pdfs = []; // {file, form, language}

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'tld-preview-'));
  for (const form of FORMS) {
    const out = join(dir, form);
    // what is not in the fonts would be noted
    const said = execFileSync('sh', ['-c', '"$0" forms preview "$1" --output "$2" 2>&1', COLLECTOR, form, out], { encoding: 'utf8' });
    assert.match(said, new RegExp(`^${out}/index\\.html: ${form} in \\d languages\\n$`));
    for (const file of readdirSync(out).filter((f) => f.endsWith('.pdf')))
      pdfs.push({ file: join(out, file), form, language: file.slice(form.length + 1, -4) });
  }
  assert.ok(pdfs.length >= 10 * 6);
});
after(() => rmSync(dir, { recursive: true, force: true }));

const text = (pdf, ...more) => execFileSync('pdftotext', [...more, pdf, '-'], { encoding: 'utf8' });
const pagesOf = (pdf) => Number(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }).match(/^Pages: +(\d+)$/m)[1]);

// The texts of a form in one language as its file has them, in flow or over lines; enough of YAML for what forms/ has.
function textsOf(form, language) {
  const yaml = readFileSync(join('forms', `${form}.yaml`), 'utf8');
  const questions = yaml.slice(yaml.search(/^questions:/m)).replace(/#.*$/gm, '');
  const found = [...questions.matchAll(new RegExp(`[{ ]${language}: *(?:"([^"]*)"|([^">|,}\\n][^}\\n]*?))(?=,? *(?:[a-z]{2}: |}|\\n|$))`, 'g'))];
  return found.map((m) => (m[1] ?? m[2]).trim());
}

test('each is A4, with its fonts in it and a title, and tells its pages and that no name belongs on them', () => {
  for (const { file, form, language } of pdfs) {
    const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
    assert.match(info, /^Page size: +595\.\d+ x 841\.\d+ pts \(A4\)$/m);
    assert.match(info, new RegExp(`^Title: .+ \\(${language}\\)$`, 'm'));
    const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' }).trim().split('\n').slice(2);
    assert.ok(fonts.length >= 1);
    for (const font of fonts) assert.match(font, /\byes +yes +yes +\d+ +\d+$/, `${file}: ${font}`);
    const pages = pagesOf(file);
    for (let page = 1; page <= pages; page++) {
      const words = text(file, '-f', String(page), '-l', String(page)).replace(/\s+/g, ' ');
      if (NO_NAME[language]) assert.ok(words.includes(NO_NAME[language]), `${file}, page ${page}: ${words}`);
      if (language === 'sv') assert.ok(words.includes(`Sida ${page} av ${pages}`), words);
      assert.ok(words.includes(`${form} · 1 · ${language}`), words);
    }
  }
});

test('every question can be read on it', () => {
  let found = 0;
  for (const { file, form, language } of pdfs.filter((p) => p.language !== 'ar')) {
    // pdftotext takes a hyphen at the end of a line for one of ours
    const bare = (s) => s.replace(/[\s-]+/g, '');
    const words = bare(text(file));
    for (const question of textsOf(form, language)) {
      assert.ok(words.includes(bare(question)), `${file} lacks: ${question}`);
      found++;
    }
  }
  assert.ok(found > 500, `${found} questions`);
});

test('no word stands in the margins', () => {
  const mm = 72 / 25.4;
  for (const { file } of pdfs)
    for (const [, x0, y0, x1, y1, word] of text(file, '-bbox').matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/g))
      assert.ok(x0 > 16 * mm && x1 < 194 * mm && y0 > 12 * mm && y1 < 291 * mm, `${file}: ${word} at ${x0}, ${y0}`);
});

// A page as {width, height, at(x, y): [red, green, blue]}.
function colours(pdf, page, dpi) {
  const ppm = execFileSync('pdftoppm', ['-r', String(dpi), '-f', String(page), '-singlefile', pdf], { maxBuffer: 1 << 27 });
  const [head, width, height] = ppm.subarray(0, 30).toString('latin1').match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
  return { width: Number(width), height: Number(height), at: (x, y) => ppm.subarray(head.length + 3 * (y * width + x)).subarray(0, 3) };
}

test('it is black and white, with little grey, and nothing is drawn at the edges', () => {
  for (const form of ['forskola', 'grundskola-7-9', 'sjalvskattning']) {
    const { width, height, at } = colours(join(dir, form, `${form}-sv.pdf`), 1, 50);
    const edge = Math.round((12 / 25.4) * 50);
    let ink = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [r, g, b] = at(x, y);
        assert.ok(r === g && g === b, `${form}: a colour at ${x}, ${y}`);
        if (r > 250) continue;
        ink++;
        assert.ok(x >= edge && x < width - edge && y >= edge && y < height - edge / 2, `${form}: ink at ${x}, ${y}`);
      }
    assert.ok(ink > 2000, `${form}: ${ink}`);
  }
});

test('in Arabic the lines begin at the right, in the others at the left', () => {
  const inkAt = (pdf, from, to) => {
    const { height, at } = colours(pdf, 1, 50);
    const dots = (mm) => Math.round((mm / 25.4) * 50);
    let ink = 0;
    for (let y = dots(30); y < dots(270); y++) for (let x = dots(from); x < dots(to); x++) ink += at(x, y)[0] < 128;
    assert.ok(height > 500);
    return ink;
  };
  for (const form of ['forskoleklass-3', 'grundskola-4-6'])
    for (const language of ['sv', 'ar', 'so']) {
      const pdf = join(dir, form, `${form}-${language}.pdf`);
      const [left, right] = [inkAt(pdf, 17, 27), inkAt(pdf, 183, 193)];
      assert.ok(language === 'ar' ? right > 1.5 * left : left > 1.5 * right, `${pdf}: ${left} dots at the left, ${right} at the right`);
    }
});

test('a language that no paper has words in yet is printed with Swedish ones, and that is said', () => {
  const yaml = readFileSync('forms/personal.yaml', 'utf8').replace('code: en,', 'code: de,').replace(/^(.*[{ ])en: /gm, '$1de: ').replace('id: personal', 'id: tysk');
  const file = join(dir, 'tysk.yaml');
  execFileSync('sh', ['-c', 'cat > "$0"', file], { input: yaml });
  const said = execFileSync('sh', ['-c', '"$0" forms preview "$1" --output "$2" 2>&1', COLLECTOR, file, join(dir, 'tysk')], { encoding: 'utf8' });
  assert.match(said, /note: views\/print has no de\.json/);
  assert.match(text(join(dir, 'tysk', 'tysk-de.pdf')), /Skriv inte ditt namn/);
});
