// npm test: set up what is missing, then build, types, lint and tests. Every check runs even when one before it failed.
// Arguments go to vitest. The last line is "N passed, N failed, N skipped"; a check that failed counts as one failure.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { endWithNpm, envFor, exitCodeOf } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { lint } from './lint.mjs';
import { ensureNode } from './node-version.mjs';
import { cache, root } from './paths.mjs';
import { main, SetupError, say } from './say.mjs';

await main(async () => {
  endWithNpm();
  const node = await ensureNode();
  await ensureInstalled();
  const failedChecks = [];
  const check = async (name, run) => {
    const began = Date.now();
    if (!(await run())) failedChecks.push(name);
    say(`${name}: ${failedChecks.includes(name) ? 'FAILED' : 'ok'} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  };
  const tool = (...parts) => path.join(root, 'node_modules', ...parts);
  await check('build', () => builds(node));
  const types = (project) => exitCodeOf(node, [tool('typescript', 'bin', 'tsc'), '-p', project], { env: envFor(node) });
  await check('types', async () => (await types('.')) === 0);
  await check('types of the page', async () => (await types('src-renderer')) === 0);
  await check('lint', async () => (await lint(node)) === 0);

  const countsFile = path.join(cache, `test-counts-${process.pid}.json`);
  const env = envFor(node, { KILN_TEST_COUNTS: countsFile });
  const code = await exitCodeOf(node, [tool('vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)], { env });
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  rmSync(countsFile, { force: true });
  if (code !== 0 && counts.failed === 0) failedChecks.push('vitest');
  const failed = counts.failed + failedChecks.length;
  if (failedChecks.length > 0) console.log(`failed besides tests: ${failedChecks.join(', ')}`);
  console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
  if (failed > 0) process.exitCode = 1;
});

async function builds(node) {
  try {
    await ensureBuilt(node);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return false;
  }
}
