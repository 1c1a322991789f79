// One set-up at a time: a folder is made (which is atomic) and holds the owner's process id.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { cache } from './paths.mjs';
import { SetupError, say } from './say.mjs';

const folder = path.join(cache, 'setup.lock');
const ownerFile = path.join(folder, 'owner');
const me = `${hostname()} ${process.pid}`;
const oldMs = 10 * 60_000;

/** Runs `body` while no other set-up of this checkout runs. A lock whose owner died is taken over. */
export async function withLock(body) {
  mkdirSync(cache, { recursive: true });
  let waited = 0;
  while (!take()) {
    if (waited === 0) say('waiting for another set-up of this folder to end');
    if (waited > 30 * 60_000) throw new SetupError(`another set-up holds ${folder}; delete that folder if none runs`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    waited += 100;
  }
  const dropOnExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', dropOnExit);
  const beat = setInterval(() => writeFileSync(ownerFile, me), 30_000);
  try {
    return await body();
  } finally {
    clearInterval(beat);
    process.off('exit', dropOnExit);
    dropOnExit();
  }
}

function take() {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    dropDead();
    return false;
  }
  writeFileSync(ownerFile, me);
  return true;
}

/** Moves a dead owner's lock aside; of several waiters only one can move it, and what it moved is looked at again. */
function dropDead() {
  if (!isDead(folder)) return;
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
    if (isDead(aside)) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, folder);
  } catch (error) {
    if (!['ENOENT', 'EPERM', 'EACCES', 'EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
  }
}

function isDead(lock) {
  let ageMs;
  let owner = '';
  try {
    ageMs = Date.now() - statSync(lock).mtimeMs;
    owner = readFileSync(path.join(lock, 'owner'), 'utf8');
    ageMs = Date.now() - statSync(path.join(lock, 'owner')).mtimeMs;
  } catch {
    if (ageMs === undefined) return false;
    if (owner === '') return ageMs > 10_000; // died between making the folder and writing its name
  }
  const [host, pid] = owner.split(' ');
  if (host !== hostname()) return ageMs > oldMs;
  try {
    process.kill(Number(pid), 0);
    return ageMs > oldMs;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
