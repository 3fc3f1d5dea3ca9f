// Goal: the comparison with DuckDB and data.table fails when we are not as fast as promised, or with nobody to compare.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { faults } from '../bench/figures_verdict.mjs';

const ours = { seconds: 0.2, check: { n: 100, mean: 3.25 } };
const peer = (name, ...seconds) => ({
  name,
  forms: Object.fromEntries(seconds.map((s, i) => [`form ${i}`, { seconds: s, check: { n: 100, mean: 3.25 } }])),
});

test('ten times as fast as the fastest form of each passes, also beside one alone', () => {
  assert.deepEqual(faults(ours, { DuckDB: peer('DuckDB', 5, 2), 'data.table': peer('data.table', 2.5) }), []);
  assert.deepEqual(faults(ours, { DuckDB: undefined, 'data.table': peer('data.table', 2) }), []);
});

test('fails when one of them is faster than that', () => {
  const found = faults(ours, { DuckDB: peer('DuckDB', 5, 1.9), 'data.table': peer('data.table', 2.5) });
  assert.deepEqual(found, ['DuckDB takes 9.5 times as long as we do, not 10']);
});

test('fails when none could be run, and says which', () => {
  const found = faults(ours, { DuckDB: undefined, 'data.table': undefined });
  assert.deepEqual(found, ['nothing to compare with: DuckDB and data.table could not be run']);
});

test('fails when one counts other figures', () => {
  const other = peer('DuckDB', 5);
  other.forms['form 0'].check.mean = 3.26;
  assert.deepEqual(faults(ours, { DuckDB: other }), ['DuckDB counts other figures than we do: form 0']);
});
