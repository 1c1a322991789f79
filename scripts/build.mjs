// out/ follows the sources: built when their contents differ from those of the last build.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { envFor, exitCodeOf } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { ensureNode } from './node-version.mjs';
import { cache, out, root } from './paths.mjs';
import { main, SetupError, say } from './say.mjs';

const sources = [
  'src-main',
  'src-renderer',
  'nodes',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'tsconfig.json',
];
const stamp = path.join(out, '.kiln-built');
const keptMs = 60 * 60_000;

/** Brings out/ up to date. A build that fails leaves the last good one in place. */
export async function ensureBuilt(node) {
  if (!existsSync(path.join(root, 'src-main', 'cli.ts'))) return; // an installed package comes built
  const isDone = (digest) => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (isDone(digestOf(sources))) return;
  await withLock(async () => {
    const digest = digestOf(sources);
    if (isDone(digest)) return;
    await build(node);
    writeFileSync(stamp, digest); // of what was there before: a change while building is built next time
  });
}

async function build(node) {
  const began = Date.now();
  say('building');
  const fresh = path.join(cache, 'out-fresh');
  rmSync(fresh, { recursive: true, force: true });
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const env = envFor(node, { KILN_OUT: fresh, NODE_ENV: 'production' });
  const log = path.join(cache, 'build.log');
  const to = openSync(log, 'w');
  const code = await exitCodeOf(node, [tool, 'build', '--logLevel', 'warn'], { env, stdio: ['ignore', to, to] });
  closeSync(to);
  if (code !== 0) throw new SetupError(`the build failed:\n\n${readFileSync(log, 'utf8').trim()}\n`);
  replaceOut(fresh);
  say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/**
 * Files take their place one by one, chunks before the entries that name them, so a program that starts meanwhile
 * finds either build whole. Chunks of earlier builds stay for an hour: a program that runs may still ask for one.
 */
function replaceOut(fresh) {
  const files = filesIn(fresh).map((file) => path.relative(fresh, file));
  const isChunk = (file) => path.basename(file).startsWith('chunk-') || file.includes('assets');
  files.sort((a, b) => isChunk(b) - isChunk(a));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
    renameSync(path.join(fresh, file), path.join(out, file));
  }
  const current = new Set(files);
  for (const file of filesIn(out)) {
    const old = !current.has(path.relative(out, file)) && file !== stamp;
    if (old && Date.now() - statSync(file).mtimeMs > keptMs) rmSync(file, { force: true });
  }
  rmSync(fresh, { recursive: true, force: true });
}

function digestOf(names) {
  const hash = createHash('sha256');
  for (const name of names) {
    const where = path.join(root, name);
    if (!existsSync(where)) continue;
    for (const file of filesIn(where))
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(where) {
  if (!statSync(where).isDirectory()) return [where];
  const entries = readdirSync(where, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(where, entry.name);
    if (entry.isDirectory()) return filesIn(file);
    return entry.isFile() ? [file] : [];
  });
}

/** Everything that a fresh checkout needs; answers the Node to run with. */
export async function setUp() {
  const node = await ensureNode();
  await ensureInstalled();
  await ensureBuilt(node);
  return node;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(setUp);
