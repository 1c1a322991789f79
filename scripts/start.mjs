#!/usr/bin/env node
// npm start, and the `kiln` command: set up what is missing, then be the command line. Alone it is the studio.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setUp } from './build.mjs';
import { become, envFor } from './child.mjs';
import { asksForStudio, windowProgram } from './desktop.mjs';
import { out, root } from './paths.mjs';
import { main, SetupError } from './say.mjs';

await main(async () => {
  const node = await setUp();
  const cli = path.join(out, 'main', 'cli.js');
  if (!existsSync(cli)) throw new SetupError(`${cli} is missing; npm run build makes it`);
  const words = process.argv.slice(2);
  const isStudio = asksForStudio(words);
  const program = isStudio ? windowProgram(words) : null;
  if (program) {
    const { ELECTRON_RUN_AS_NODE: _, ...env } = envFor(node);
    return become(program, [root, ...words], { env });
  }
  const wanted = isStudio ? ['serve', '--open', ...words] : words;
  await become(node, ['--enable-source-maps', cli, ...wanted], { env: envFor(node) });
});
