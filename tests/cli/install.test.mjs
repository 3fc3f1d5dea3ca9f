// Goal: what `make install` puts into a folder works from there, without the source tree.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Town } from './collector.mjs';

test('installed with DESTDIR and PREFIX, and moved', (t) => {
  const town = new Town(t);
  const make = spawnSync('make', ['-s', 'install', `DESTDIR=${town.path('root')}`, 'PREFIX=/opt/tld'], { encoding: 'utf8' });
  assert.equal(make.status, 0, make.stdout + make.stderr);
  renameSync(town.path('root/opt/tld'), town.path('moved'));
  const program = town.path('moved/bin/tld-collector');
  const run = (...args) => spawnSync(program, args, { cwd: town.dir, env: town.env(), encoding: 'utf8' });
  assert.match(run('--version').stdout, /^tld-collector /);
  const forms = run('forms', 'check').stdout;
  assert.ok(forms.includes(`${join(town.dir, 'moved/share/tld/forms')}/grundskola-4-6.yaml: grundskola-4-6, version`), forms);
  for (const name of ['bin/tld-analysis', 'share/tld/views/form.html', 'share/tld/forms/README.md'])
    assert.ok(existsSync(town.path(join('moved', name))), name);
});
