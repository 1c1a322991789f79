import type { Expected } from './affinity.ts';
import type { NodeId } from './ids.ts';

/**
 * Every expected error, `thing.whatIsWrong`, with the values its sentence needs. `texts/` turns code and values into
 * a message and a remedy, in English and Chinese; a code without both does not compile there.
 */
export interface ErrorValues {
  'file.missing': { path: string };
  'file.isFolder': { path: string };
  'file.unreadable': { path: string; reason: string };
  'file.tooLarge': { path: string; bytes: number; limit: number };
  'file.empty': { path: string };
  'file.notWritten': { path: string; reason: string };
  'folder.notChosen': Record<never, never>;
  'folder.notWritable': { path: string; reason: string };
  'disk.full': { path: string };

  'graph.notJson': { name: string; line: number; column: number; reason: string };
  'graph.tooDeep': { name: string; limit: number };
  'graph.tooLarge': { name: string; what: 'nodes' | 'links' | 'bytes'; count: number; limit: number };
  'graph.foreign': { name: string; found: string };
  'graph.malformed': { name: string; path: string; reason: string };
  'graph.newer': { name: string; version: number; known: number };
  'graph.cycle': { nodes: string };
  'graph.noSink': Record<never, never>;
  'graph.notInPicture': { name: string };
  'link.missingNode': { node: string; end: 'from' | 'to'; link: string };
  'link.missingOutput': { node: string; output: string; known: string };
  'link.missingInput': { node: string; input: string; known: string };
  'link.wrongType': { from: string; to: string; given: string; wanted: string };
  'node.unknownType': { node: string; type: string; nearest: string };
  'node.newer': { node: string; type: string; version: number; known: number };
  'subgraph.missing': { node: string; subgraph: string };
  'subgraph.recursive': { subgraph: string };
  'input.missing': { node: string; input: string; type: string };
  'input.wrongKind': { node: string; input: string; wanted: string; given: string };
  'input.outOfRange': { node: string; input: string; value: string; min: string; max: string };
  'input.notAChoice': { node: string; input: string; value: string; choices: string; nearest: string };
  'input.tooLong': { node: string; input: string; length: number; limit: number };
  'input.notPlanned': { node: string; input: string; source: string };
  'input.notSet': { node: string; input: string; wanted: string };
  'override.unknown': { name: string; nearest: string; known: string };
  'override.malformed': { text: string };
  'batch.malformed': { name: string; line: number; reason: string };
  'batch.tooMany': { count: number; limit: number };
  'option.unknown': { option: string; nearest: string };
  'option.missingValue': { option: string };
  'option.badValue': { option: string; value: string; wanted: string };
  'queue.malformed': { name: string; where: string; reason: string };
  'queue.empty': { home: string };
  'command.unknown': { command: string; nearest: string };
  'argument.missing': { command: string; argument: string };
  'argument.unexpected': { command: string; argument: string };
  'nodeType.unknown': { type: string; nearest: string };

  'pack.noneInFolder': { folder: string };
  'pack.missing': { pack: string; known: string };
  'pack.notAPack': { pack: string; path: string; found: string; wanted: string };
  'pack.partMissing': { pack: string; part: string; path: string };
  'pack.noUpscaler': { pack: string };
  'pack.schedulerUnknown': { pack: string; scheduler: string };
  'pack.schedulerSettings': { pack: string; scheduler: string; settings: string };
  'pack.partBroken': { pack: string; part: string; path: string; reason: string };
  'pack.fileBroken': { pack: string; path: string; reason: string };
  'pack.unknownLayout': { pack: string; part: string; names: string };
  'pack.partsDisagree': { pack: string; part: string; other: string; reason: string };
  'pack.weightsFile': { pack: string; path: string; kind: WeightsKind };
  'pack.sizeNotAllowed': { pack: string; width: number; height: number; allowed: string };
  'pack.changed': { pack: string; part: string };
  'prompt.unknownWords': { words: string; near: string };
  'prompt.cut': { cut: string; length: number };
  'prompt.cannotSkip': { pack: string; part: string; skip: number; given: string };
  'embedding.missing': { names: string; known: string };
  'embedding.broken': { name: string; path: string; reason: string };
  'embedding.pickle': { name: string; path: string };
  'embedding.wrongWidth': { name: string; part: string; given: number; wanted: number };
  'embedding.notTaken': { name: string; pack: string; part: string };

  'image.notAnImage': { name: string; found: string };
  'image.formatNotRead': { name: string; format: OtherPicture };
  'image.broken': { name: string; reason: string };
  /** A warning. `profile` is its name, which may be empty. */
  'image.profileIgnored': { name: string; profile: string };
  'image.tooLarge': { name: string; width: number; height: number; limit: number };
  'image.missing': { name: string };
  'latent.doesNotFit': { given: string; wanted: string };
  'conditioning.areaNotAllowed': { pack: string; width: number; height: number; allowed: string };
  'conditioning.doesNotFit': { given: string; wanted: string };

  /** `from` says where a rule is given: in the graph, for a pack (then `pack` names it), or in the settings. */
  'affinity.malformed': { text: string; column: number; found: string; expected: Expected } & RuleSource;
  'affinity.unknownTarget': { rule: string; target: string; nearest: string; known: string } & RuleSource;
  'affinity.unknownDevice': { rule: string; device: string; nearest: string; known: string } & RuleSource;
  'affinity.noDevice': { rule: string; node: string; devices: string } & RuleSource;
  'affinity.apart': { rule: string; node: string; other: string } & RuleSource;

  'device.unknown': { device: string; known: string };
  /** Of `--devices`: what is no name of a device, is named twice, or cannot be had here. */
  'device.unknownName': { device: string; nearest: string; known: string };
  'device.namedTwice': { device: string };
  'device.notMeasured': { device: string };
  'device.cannotBeHad': { device: string; reason: string };
  'device.none': { node: string };
  'device.lost': { device: string; reason: string };
  /** `tried`: nothing else was on the device any more, or the picture was made in tiles. */
  'device.outOfMemory': { device: string; part: string; needed: number; tried?: 'alone' | 'tiles' };
  /** A picture was made in pieces of so many cells of what the part takes. */
  'device.tiled': { device: string; part: string; tile: number };
  /** `hot` bytes are taken by packs that the settings keep there. */
  'device.hotFillsIt': { device: string; needed: number; budget: number; hot: number };
  'device.cannotLoad': { device: string; part: string; reason: string };
  'device.callFailed': { device: string; part: string; reason: string };
  /** `step` of `steps`, where it came in one of a sampler's. */
  'device.badResult': { device: string; part: string; reason: string; step?: number; steps?: number };
  'device.doesNotFit': { device: string; needed: number; budget: number };

  'node.failed': { node: string; type: string; reason: string };
  'run.missing': { run: string };
  'run.interrupted': { run: string };
  'store.newer': { path: string; version: number; known: number };
  'store.broken': { path: string; reason: string };
  'store.readOnly': { path: string };
  'store.busy': { path: string };
  'store.closed': Record<never, never>;
  'result.broken': { digest: string };
  'call.unknown': { name: string };
  'call.badArguments': { name: string; reason: string };
  'port.closed': { reason: string };

  'settings.broken': { path: string; line: number; column: number; reason: string };
  'setting.unknown': { name: string; nearest: string };
  'setting.badValue': { name: string; value: string };
  'setting.badSecret': { name: string };
  'setting.locked': { name: string };
  'notice.badTarget': { target: string };
  'notice.notAllowed': { target: string; setting: string };
  'notice.notSet': { target: string; settings: string };
  'notice.private': { address: string };
  'notice.notDelivered': { address: string; reason: string };

  'home.held': { home: string; pid: string; address: string; since: string };
  'serve.portTaken': { address: string };
  'serve.cannotListen': { address: string; reason: string };
  'request.unauthorized': Record<never, never>;
  'request.foreign': { header: string; value: string };
  'request.malformed': { reason: string };
  'request.tooLarge': { bytes: number; limit: number };
  'request.tooMany': { limit: number };
  'request.unknown': { path: string };
  'request.stopping': Record<never, never>;
  'blob.wrongDigest': { given: string; found: string };
  'home.oldElectron': { found: string; wanted: string };
  'remote.unreachable': { address: string; reason: string };
  'remote.notKiln': { address: string; found: string };
  'remote.elsewhere': Record<never, never>;
  'remote.otherVersion': { address: string; theirs: string; ours: string };
  bug: { reason: string };
}

/** Where a rule of placement is given. */
export interface RuleSource {
  readonly from: 'graph' | 'pack' | 'settings';
  /** The pack that it is given for; '' elsewhere. */
  readonly pack: string;
}

/** What a file of weights without a graph is. */
export const weightsKinds = [
  'lora',
  'checkpoint',
  'control-net',
  'embedding',
  'text-encoder',
  'vae',
  'denoiser',
  'unknown',
] as const;
export type WeightsKind = (typeof weightsKinds)[number];

/** Picture files that are known when they are seen, and not read. */
export type OtherPicture = 'gif' | 'avif' | 'heic' | 'tiff' | 'jpeg-xl' | 'jpeg-2000' | 'photoshop' | 'cmyk';

export type ErrorCode = keyof ErrorValues;

/** Something that a person can mend: what is wrong, where, and the values to say it with. */
export type Problem = {
  [C in ErrorCode]: {
    readonly code: C;
    readonly values: ErrorValues[C];
    readonly nodeId?: NodeId;
    readonly input?: string;
  };
}[ErrorCode];

export function problem<C extends ErrorCode>(
  code: C,
  values: ErrorValues[C],
  at: { nodeId?: NodeId; input?: string } = {},
): Problem {
  return { code, values, ...at } as Problem;
}

/**
 * A problem that a node's own code found: it does not know where it stands in the graph, the caller does. `step` is its
 * id in the expanded graph.
 */
export function atNode(found: Problem, nodeId: NodeId, step: string = nodeId): Problem {
  const values = 'node' in found.values ? { ...found.values, node: step } : found.values;
  return { ...found, values, nodeId: found.nodeId ?? nodeId } as Problem;
}

/** An expected error on its way to a person. */
export class AppError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(({ code, values }) => `${code} ${JSON.stringify(values)}`).join('; '), options);
    this.name = 'AppError';
    this.problems = list;
  }
}

export function fail<C extends ErrorCode>(
  code: C,
  values: ErrorValues[C],
  at?: { nodeId?: NodeId; input?: string },
  cause?: unknown,
): never {
  throw new AppError(problem(code, values, at), cause === undefined ? undefined : { cause });
}

/** Somebody asked for it to stop. Never an error to show. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

export const isCancelled = (error: unknown): boolean =>
  error instanceof Cancelled || (error instanceof Error && (error.name === 'AbortError' || error.name === 'Cancelled'));

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (
  problems: readonly Problem[],
): { readonly ok: false; readonly problems: readonly Problem[] } => ({ ok: false, problems });

/** The problems of whatever was thrown; what was not expected is our mistake, and says so. */
export function problemsOfError(error: unknown): readonly Problem[] {
  if (error instanceof AppError) return error.problems;
  return [problem('bug', { reason: error instanceof Error ? error.message : String(error) })];
}

export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new AppError(result.problems);
}
