/** A string that may not be mistaken for another kind of string. */
export type Branded<Name extends string> = string & { readonly __id: Name };

export type GraphId = Branded<'GraphId'>;
export type NodeId = Branded<'NodeId'>;
/** `node.input` of the end it arrives at: an input has one link, so this names it. */
export type LinkId = Branded<'LinkId'>;
export type GroupId = Branded<'GroupId'>;
export type NoteId = Branded<'NoteId'>;
export type SubgraphId = Branded<'SubgraphId'>;
export type RunId = Branded<'RunId'>;
/** Equal to the node's id in the expanded graph (`outer/inner` inside subgraphs). */
export type StepId = Branded<'StepId'>;
export type JobId = Branded<'JobId'>;
/** `job.call.index`: the index-th row of the call-th call that a job makes. */
export type RowId = Branded<'RowId'>;
export type BatchId = Branded<'BatchId'>;
export type TensorId = Branded<'TensorId'>;
/** `cpu`, `cuda:0`, `webgpu:0`, `dml:0`, `coreml:0`, `sim:0`. */
export type DeviceId = Branded<'DeviceId'>;
/** The name a pack is opened by: its folder's name. */
export type PackId = Branded<'PackId'>;
/** `part@digest`: one ONNX file in one form. Equal files in two packs have one key. */
export type PartKey = Branded<'PartKey'>;
/** Lower-case hexadecimal sha256. */
export type Digest = Branded<'Digest'>;
/** sha256 over everything that decides the result of a step. */
export type ContentKey = Branded<'ContentKey'>;
export type BatchKey = Branded<'BatchKey'>;
/** What a part's time depends on besides its rows: `part@digest latent`. */
export type SizeKey = Branded<'SizeKey'>;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `prefix_` and 16 random characters (80 bits). */
export function newId<T extends string>(prefix: string): T {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  let text = '';
  for (const byte of bytes) text += alphabet[byte & 31];
  return `${prefix}_${text}` as T;
}
