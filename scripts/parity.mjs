// npm run parity -- DIR [--only PATTERN] [--json] [--write FILE]: Kiln against what its references recorded.
import path from 'node:path';
import { setUp } from './build.mjs';
import { become, envFor } from './child.mjs';
import { root } from './paths.mjs';
import { main } from './say.mjs';

await main(async () => {
  const node = await setUp();
  const file = path.join(root, 'test', 'parity', 'main.ts');
  await become(node, [file, ...process.argv.slice(2)], { env: envFor(node) });
});
