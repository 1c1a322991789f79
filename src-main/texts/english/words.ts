/** Words for what an input wants or was given: kinds of inputs and types of links. */
const words: Readonly<Record<string, string>> = {
  int: 'a whole number',
  float: 'a number',
  number: 'a number',
  text: 'text',
  string: 'text',
  choice: 'one of its choices',
  bool: 'true or false',
  boolean: 'true or false',
  seed: 'a seed, a whole number from 0 to 18446744073709551615',
  file: 'a file',
  pack: 'the name of a pack',
  link: 'a link',
  null: 'nothing',
  undefined: 'nothing',
  object: 'an object',
  array: 'a list',
  denoiser: 'a denoiser',
  'text-encoder': 'a text encoder',
  vae: 'a VAE',
  upscaler: 'an upscaler',
  conditioning: 'a conditioning',
  latent: 'a latent',
  image: 'an image',
  mask: 'a mask',
  sigmas: 'a list of sigmas',
  guider: 'a guider',
  sampler: 'a sampler',
  files: 'files',
};

const parts: Readonly<Record<string, string>> = {
  'text-encoder-2': 'second text encoder',
  'text-encoder-3': 'third text encoder',
  'control-net': 'ControlNet',
  'text-encoder': 'text encoder',
  'vae-encoder': 'VAE encoder',
  'vae-decoder': 'VAE decoder',
};

export const partWord = (name: string): string => parts[name] ?? name;
export const word = (name: string): string => words[name] ?? name;
export const quoted = (text: string): string => `“${text}”`;
export const didYouMean = (nearest: string): string => (nearest ? `Did you mean ${quoted(nearest)}? ` : '');

/** What may stand at a place of a rule of placement. */
const ruleWords: Readonly<Record<string, string>> = {
  target: 'a part or a node',
  sign: '= or ~=',
  where: 'a device, *, ! or same-as(…)',
  device: 'a device',
  open: '(',
  other: 'another part or node',
  close: ')',
  comma: 'a comma or |',
};

export const ruleWord = (name: string): string => ruleWords[name] ?? name;
export const ruleSource = (from: string, pack: string): string =>
  from === 'pack' ? `the pack ${quoted(pack)}` : `the ${from}`;
