// Goal: whatever happens to the process, the disk or the database, no acknowledged answer is missing and none is counted
// twice; and the collector goes on by itself when the fault is over. The disk is tests/faults/disk.c, preloaded.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { answers, BUILD, COLLECTOR, Collector, eventually, links, sleep, workDir } from '../support/collector.mjs';
import { makeMunicipality } from '../support/municipality.mjs';

const run = promisify(execFile);
const KILLS = 8;
const CUTS = 4;
const CONNECTIONS = 60;

let work;
before(() => {
  work = workDir();
});
after(() => work.remove());

let made = 0;
async function municipality() {
  const dir = join(work.dir, `m${++made}`);
  mkdirSync(dir);
  return { ...(await makeMunicipality(dir)), dir, noted: join(dir, 'acknowledged') };
}

// Answers as fast as they are taken; ends by itself when the server dies.
function underLoad(m, collector, seconds) {
  return run(join(BUILD, 'tests/load'), [
    '--port', collector.port, '--connections', CONNECTIONS, '--seconds', seconds, '--post', m.round, '--store', m.store,
    '--acknowledged', m.noted,
  ].map(String)).then(({ stdout }) => JSON.parse(stdout));
}

// {acknowledged, missing, stored}
async function reckon(m) {
  const { stdout, stderr } = await run(join(BUILD, 'tests/missing'), [m.store, m.round, m.noted]).catch((e) => e);
  assert.ok(stdout, `the store could be read: ${stderr}`);
  return JSON.parse(stdout);
}

async function nothingLost(m, ends) {
  const { acknowledged, missing, stored } = await reckon(m);
  assert.ok(acknowledged > 100, `the load was real: ${acknowledged}`);
  assert.equal(missing, 0);
  // Beyond the noted there are those sent by hand, and at most those whose "Tack" was cut off on its way.
  const others = (m.byHand ?? 0) + ends * CONNECTIONS;
  assert.ok(stored >= acknowledged && stored <= acknowledged + others, `${stored} stored, ${acknowledged} acknowledged`);
}

async function killedUnderLoad(m, options, then) {
  const collector = await Collector.start(m, options);
  const load = underLoad(m, collector, 10);
  await sleep(250 + Math.random() * 500);
  await collector.kill();
  await load;
  await then?.();
}

test('kill −9 under load, many times', async () => {
  const m = await municipality();
  for (let i = 0; i < KILLS; i++) await killedUnderLoad(m);
  await nothingLost(m, KILLS);
});

// ---- power cuts -----------------------------------------------------------------------------------------------

const KEPT = ['tld.db', 'tld.db-wal'];

function failingDisk(m) {
  const disk = join(m.dir, 'disk');
  rmSync(disk, { recursive: true, force: true });
  mkdirSync(disk);
  for (const f of KEPT) if (existsSync(join(m.dir, f))) copyFileSync(join(m.dir, f), join(disk, f));
  return { disk, env: { LD_PRELOAD: join(BUILD, 'tests/disk.so'), TLD_DISK_DIR: disk } };
}

// What the disk would hold: only what a sync has confirmed.
function cutPower(m, disk) {
  rmSync(join(m.dir, 'tld.db-shm'), { force: true });
  for (const f of KEPT) {
    rmSync(join(m.dir, f), { force: true });
    if (existsSync(join(disk, f))) copyFileSync(join(disk, f), join(m.dir, f));
  }
}

async function powerCuts(m, program) {
  for (let i = 0; i < CUTS; i++) {
    const { disk, env } = failingDisk(m);
    const serve = [program, 'serve', '--store', m.store, '--listen', '127.0.0.1:0'];
    await killedUnderLoad(m, { program: serve, env }, () => cutPower(m, disk));
  }
}

test('power cuts under load', async () => {
  const m = await municipality();
  await powerCuts(m, COLLECTOR);
  await nothingLost(m, CUTS);
  const { stdout } = await run('sqlite3', [m.store, 'PRAGMA integrity_check']);
  assert.equal(stdout.trim(), 'ok');
});

test('the same power cuts take answers from a collector that does not wait for the disk', async () => {
  const m = await municipality();
  await powerCuts(m, join(BUILD, 'tests/tld-collector-normal'));
  const { acknowledged, missing } = await reckon(m);
  assert.ok(acknowledged > 100 && missing > 0, `${missing} of ${acknowledged} missing`);
});

// ---- faults that pass -----------------------------------------------------------------------------------------

async function sendOne(m, collector, link) {
  const reply = await collector.post(`/${link.code}`, answers(await collector.form(link.code)));
  if (reply.status === 303) m.byHand = (m.byHand ?? 0) + 1;
  return reply.status;
}

// A fault comes and goes under load: refused with 503 meanwhile, taken again afterwards, and nothing lost.
async function faultPasses(m, collector, begin, end) {
  const link = (await links(m)).find((l) => l.group !== '');
  const load = underLoad(m, collector, 6);
  await sleep(1000);
  await begin();
  await eventually(async () => (await sendOne(m, collector, link)) === 503, 60000);
  assert.equal((await collector.get('/halsa')).status, 503);
  await end();
  await eventually(async () => (await sendOne(m, collector, link)) === 303, 60000);
  assert.equal((await collector.get('/halsa')).status, 200);
  const result = await load;
  assert.ok(result.status['303'] > 0 && result.status['503'] > 0, JSON.stringify(result));
  assert.equal(result.broken, 0, 'no connection was dropped');
}

async function preloadedFault(name) {
  const m = await municipality();
  const { disk, env } = failingDisk(m);
  const collector = await Collector.start(m, { env });
  await faultPasses(m, collector, () => writeFileSync(join(disk, name), ''), () => rmSync(join(disk, name)));
  await collector.kill();
  cutPower(m, disk);
  await nothingLost(m, 1);
  assert.match(collector.log, /^error: /m, 'the operator is told');
}

test('fsync fails for a while', () => preloadedFault('fsync-fails'));
test('the disk refuses to write for a while', () => preloadedFault('disk-full'));

test('a full disk, and room again', async (t) => {
  const dir = join(work.dir, 'small');
  mkdirSync(dir);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', dir], { stdio: 'pipe' });
  } catch (e) {
    t.skip(`a small file system can not be mounted here (${String(e.stderr).trim()}); the preloaded disk was tested`);
    return;
  }
  try {
    const m = { ...(await makeMunicipality(dir)), dir, noted: join(work.dir, 'small-acknowledged') };
    const collector = await Collector.start(m);
    const ballast = join(dir, 'ballast');
    const fill = () => {
      const { bavail, bsize } = statfsSync(dir);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch (e) {
        if (e.code !== 'ENOSPC') throw e; // the collector was quicker to the last blocks: full is full
      }
    };
    await faultPasses(m, collector, fill, () => rmSync(ballast));
    assert.match(collector.log, /full/i, 'the operator is told that the disk is full');
    await collector.kill();
    await nothingLost(m, 1);
  } finally {
    execFileSync('umount', ['-l', dir]);
  }
});

test('another program locks the database', async () => {
  const m = await municipality();
  const collector = await Collector.start(m);
  let holder;
  const begin = async () => {
    holder = spawn('sqlite3', [m.store], { stdio: ['pipe', 'pipe', 'ignore'] });
    holder.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
    await once(holder.stdout, 'data');
  };
  const end = async () => {
    holder.stdin.end('COMMIT;\n');
    await once(holder, 'exit');
  };
  const link = (await links(m)).find((l) => l.group !== '');
  await begin();
  const waiting = sendOne(m, collector, link);
  await sleep(500);
  await end();
  assert.equal(await waiting, 303, 'a short lock is only a wait');
  await begin();
  assert.equal(await sendOne(m, collector, link), 503, 'a long one is a "try again"');
  await end();
  await eventually(async () => (await sendOne(m, collector, link)) === 303, 8000);
  await collector.stop();
  assert.equal(readFileSync(m.store).subarray(0, 15).toString(), 'SQLite format 3');
});
