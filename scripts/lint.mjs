// npm run lint, npm run format: formatter and linter in one.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { envFor, exitCodeOf } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { ensureNode } from './node-version.mjs';
import { root } from './paths.mjs';
import { main } from './say.mjs';

export function lint(node, args = []) {
  const tool = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  return exitCodeOf(node, [tool, 'check', '--error-on-warnings', ...args], { env: envFor(node) });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const node = await ensureNode();
    await ensureInstalled();
    process.exitCode = await lint(node, process.argv.slice(2));
  });
}
