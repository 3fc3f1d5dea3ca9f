// Goal: the README shows pictures that are there: the poster, and pages that `make screenshots` takes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the README shows pictures that can be made anew', () => {
  const shown = [...readFileSync('README.md', 'utf8').matchAll(/docs\/pictures\/([\w-]+)\.png/g)].map(([, name]) => name);
  const made = [...readFileSync('tests/browser/pictures.mjs', 'utf8').matchAll(/name: '([\w-]+)'/g)].map(([, name]) => name);

  assert.ok(shown.length >= 3, shown.join(' '));
  assert.deepEqual(shown.filter((name) => !made.includes(name)), ['poster']);
  for (const name of shown) {
    assert.equal(readFileSync(`docs/pictures/${name}.png`).subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n', name);
  }
});
