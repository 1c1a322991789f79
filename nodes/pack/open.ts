import { pack } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'pack.open',
  title: 'Open pack',
  about: 'Opens a model pack and hands its parts to the nodes that need them.',
  synonyms: ['checkpoint', 'model', 'loader', 'load checkpoint', 'unet', 'clip', 'vae'],
  inputs: {
    pack: pack({ default: 'starter', help: 'The name of a pack; `kiln packs` lists the ones that were found.' }),
  },
  outputs: { denoiser: 'denoiser', 'text-encoder': 'text-encoder', vae: 'vae', upscaler: 'upscaler' },
  plan({ pack: name }, ctx) {
    const opened = ctx.open(name);
    return { denoiser: opened, 'text-encoder': opened, vae: opened, upscaler: opened };
  },
});
