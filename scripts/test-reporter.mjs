// Counts the tests for npm test, and names each skipped one with its reason: `context.skip('needs a GPU')`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export default class CountingReporter {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const skipped = [];
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed') failedHere++;
        else {
          counts.skipped++;
          skipped.push(
            `${module.relativeModuleId ?? module.moduleId}: ${test.fullName}: ${result.note ?? 'no reason given'}`,
          );
        }
      }
      if (failedHere === 0 && module.state() === 'failed') failedHere = 1; // the file itself, or a hook, did not run
      counts.failed += failedHere;
    }
    if (skipped.length > 0) console.log(`\nSKIPPED TESTS\n${skipped.map((line) => `  ${line}`).join('\n')}\n`);
    const file = process.env.KILN_TEST_COUNTS;
    if (file && path.isAbsolute(file)) writeFileSync(file, JSON.stringify(counts));
  }
}
