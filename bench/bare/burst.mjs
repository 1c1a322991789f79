// The bare loop as a child: pictures one after the other, equal prompts encoded once, a PNG file for each.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode, openPack, sample } from './pipeline.mjs';

let pack;
process.on('message', async (ask) => {
  if (ask.open) {
    pack = await openPack(ask.open, ask.threads);
    process.send({ opened: true });
    return;
  }
  const known = new Map();
  const finishMs = [];
  const start = performance.now();
  for (const { prompt, seed } of ask.runs) {
    if (!known.has(prompt)) known.set(prompt, await encode(pack, prompt));
    const latent = await sample(pack, known.get(prompt), { steps: ask.steps, cfg: 1, seed, size: 64 });
    writeFileSync(path.join(ask.folder, `${seed}.png`), await decode(pack, latent));
    finishMs.push(performance.now() - start);
  }
  process.send({ finishMs });
});
process.on('disconnect', () => process.exit(0));
