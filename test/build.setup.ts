import { ensureBuilt } from '../scripts/build.mjs';

/** Tests that start the command line or a host use out/, so it follows the sources. Its failure fails the run, not the other tests. */
export default async function buildOnce(): Promise<void> {
  if (process.env.KILN_TEST_COUNTS) return; // npm test has built already, and counts a failure itself
  try {
    await ensureBuilt(process.execPath);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
