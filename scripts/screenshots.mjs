// npm run screenshots: makes the pictures of the README anew, in the browser that npm brings. Linux on x64.
import path from 'node:path';
import { setUp } from './build.mjs';
import { become, envFor } from './child.mjs';
import { root } from './paths.mjs';
import { main } from './say.mjs';

await main(async () => {
  const node = await setUp();
  await become(node, [path.join(root, 'scripts', 'take-screenshots.ts'), ...process.argv.slice(2)], {
    env: envFor(node),
  });
});
