// npm run bench -- [NAME…] [--json]: set up what is missing, then measure.
import path from 'node:path';
import { setUp } from './build.mjs';
import { become, envFor } from './child.mjs';
import { root } from './paths.mjs';
import { main } from './say.mjs';

await main(async () => {
  const node = await setUp();
  const file = path.join(root, 'bench', 'run.ts');
  await become(node, ['--expose-gc', file, ...process.argv.slice(2)], { env: envFor(node) });
});
