import { ensureBuilt } from '../scripts/build.mjs';
import { browserPath, noBrowser } from './e2e/browser.ts';

/**
 * Once, before the tests share the work: tests that start the command line or a host use out/, so it follows the sources,
 * and the browser is unpacked. A failure fails the run, not the other tests.
 */
export default async function buildOnce(): Promise<void> {
  if (!noBrowser) await browserPath().catch(say);
  if (process.env.KILN_TEST_COUNTS) return; // npm test has built already, and counts a failure itself
  try {
    await ensureBuilt(process.execPath);
  } catch (error) {
    say(error);
    process.exitCode = 1;
  }
}

const say = (error: unknown): void => console.error(error instanceof Error ? error.message : error);
