// The bare loop as a child that is asked for one picture's sampling at a time, so that it can take turns with Kiln.
import { encode, openPack, pair, sample } from './pipeline.mjs';

let pack;
let both;
process.on('message', async (ask) => {
  if (ask.open) {
    pack = await openPack(ask.open, ask.threads);
    both = pair(await encode(pack, ask.prompt), await encode(pack, ''));
    process.send({ opened: true });
    return;
  }
  const starts = [];
  const from = performance.now();
  await sample(pack, both, ask, starts);
  process.send({ starts, ms: performance.now() - from });
});
process.on('disconnect', () => process.exit(0));
