/** What a room is and whom it may import. The list is closed: a new room is a decision about the design. */
export interface Room {
  readonly at: string;
  /** Imports no Node built-in, so it runs anywhere and its tests need nothing. */
  readonly pure?: true;
  /** Other rooms by name; a room may always import itself. */
  readonly imports: readonly string[] | 'everything';
}

export const rooms: Readonly<Record<string, Room>> = {
  model: { at: 'src-main/model', pure: true, imports: [] },
  diffusion: { at: 'src-main/diffusion', pure: true, imports: ['model'] },
  contract: { at: 'src-main/contract', pure: true, imports: ['model'] },
  texts: { at: 'src-main/texts', pure: true, imports: ['model'] },
  comfy: { at: 'src-main/comfy', pure: true, imports: ['model'] },
  engine: { at: 'src-main/engine', pure: true, imports: ['model'] },
  nodes: { at: 'nodes', pure: true, imports: ['model', 'diffusion'] },
  packs: { at: 'src-main/packs', imports: ['model', 'diffusion'] },
  device: { at: 'src-main/device', imports: ['model', 'diffusion', 'packs'] },
  store: { at: 'src-main/store', imports: ['model'] },
  serve: { at: 'src-main/serve', imports: ['contract', 'model', 'texts', 'comfy'] },
  shell: { at: 'src-main/shell', imports: ['contract', 'model', 'texts'] },
  session: { at: 'src-renderer/session', pure: true, imports: ['model', 'contract', 'texts'] },
  canvas: { at: 'src-renderer/canvas', pure: true, imports: ['model', 'contract', 'texts', 'session'] },
  bridge: { at: 'src-renderer/bridge', pure: true, imports: ['model', 'contract', 'texts'] },
  panels: {
    at: 'src-renderer/panels',
    pure: true,
    imports: ['model', 'contract', 'texts', 'session', 'canvas', 'bridge'],
  },
};

/** Files that are an arrow of their own: entries and composition roots. */
export const files: Readonly<Record<string, Room>> = {
  core: { at: 'src-main/core.ts', imports: 'everything' },
  cli: { at: 'src-main/cli.ts', imports: 'everything' },
  desktop: { at: 'src-main/desktop.ts', imports: 'everything' },
  preload: { at: 'src-main/preload.ts', imports: ['contract', 'model'] },
  'host entry': { at: 'src-main/device/host-main.ts', imports: ['model', 'diffusion', 'packs', 'device', 'nodes'] },
  'page entry': {
    at: 'src-renderer/main.tsx',
    imports: ['model', 'contract', 'texts', 'session', 'canvas', 'bridge', 'panels'],
  },
};

/** Rooms that may know the types of the core, though not the core itself. */
export const knowCoreTypes = ['serve', 'shell'];

/** Packages that one room alone may use; entries are named by their file. */
export const owners: readonly { readonly packages: readonly string[]; readonly may: readonly string[] }[] = [
  { packages: ['electron'], may: ['src-main/shell/', 'src-main/desktop.ts', 'src-main/preload.ts'] },
  { packages: ['onnxruntime-node', 'onnxruntime-common', 'onnxruntime-web'], may: ['src-main/device/'] },
  { packages: ['better-sqlite3'], may: ['src-main/store/'] },
  { packages: ['litegraph.js', '@comfyorg/litegraph'], may: ['src-renderer/canvas/'] },
  { packages: ['immer'], may: ['src-renderer/session/'] },
  { packages: ['tinykeys', 'uplot'], may: ['src-renderer/panels/'] },
  { packages: ['react', 'react-dom'], may: ['src-renderer/panels/', 'src-renderer/main.tsx'] },
];

export const code = ['src-main', 'src-renderer', 'nodes'];
/** Names that are not a subject, alone or as the last word of a name. */
export const emptyNames = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'misc'];
export const mostLines = 350;
