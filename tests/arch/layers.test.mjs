// Goal: the house keeps its layers and every library its one home; and this test fails when someone breaks them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { violations } from './layers.mjs';

function sourcesUnder(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.[ch]$/.test(path) ? [path] : [];
  });
}

test('the tree keeps its layers and homes', () => {
  const paths = ['core', 'collector', 'analysis', 'audit'].flatMap(sourcesUnder);
  assert.ok(paths.length > 20, 'run from the root of the tree');
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  assert.deepEqual(violations(files), []);
});

const broken = {
  'analysis includes the collector': ['analysis/cmd_x.c', '#include "collector/view.h"'],
  'the collector includes the analysis': ['collector/cmd_x.c', '#include "analysis/tally.h"'],
  'core includes a program': ['core/domain/form.c', '#include "collector/view.h"'],
  'base includes the store': ['core/base/buf.c', '#include "core/store/store.h"'],
  'pages include http': ['collector/pages_form.c', '  #  include "collector/http.h"'],
  'there is a second home for SQLite': ['collector/intake.c', '#include <sqlite3.h>'],
  'there is a second home for microhttpd': ['collector/pages.c', '#include <microhttpd.h>'],
  'a writer sees raw counts': ['analysis/report_csv.c', '#include "analysis/tally.h"'],
  'control looks at the dataset': ['analysis/disclose.c', '#include "analysis/dataset.h"'],
  'the attacker looks at what it attacks': ['audit/audit_world.c', '#include "analysis/lattice.h"'],
  'the attacker shares more than core/base': ['audit/audit_table.c', '#include "core/domain/form.h"'],
  'what is attacked knows the attacker': ['analysis/disclose.c', '#include "audit/audit_cmd.h"'],
  'main goes behind the attacker\'s command': ['analysis/main.c', '#include "audit/audit_lp.h"'],
  'the attacker has a second home for GLPK': ['audit/audit_linear.c', '#include <glpk.h>'],
  'the tally knows of a table': ['analysis/tally.c', '#include "analysis/progression.h"'],
  'there is a library nobody decided on': ['core/base/buf.c', '#include <curl/curl.h>'],
  'an include is relative to its folder': ['core/base/buf.c', '#include "buf.h"'],
};
for (const [name, [path, text]] of Object.entries(broken)) {
  test(`fails when ${name}`, () => {
    assert.equal(violations({ [path]: `#include <stdio.h>\n${text}\n` }).length, 1);
  });
}
