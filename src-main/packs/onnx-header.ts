import type { FileHandle } from 'node:fs/promises';
import type { DType } from '../model/tensor.ts';
import { dtypeOf } from './edit-graph/onnx-types.ts';
import { BrokenOnnx, type Field, fieldAt, fieldsOf, numbersOf, textOf } from './edit-graph/proto.ts';
import { timestepUses } from './edit-graph/row-timestep.ts';
import { isTokenTable, lookupIn, mostNodeBytes, type TokenTable } from './edit-graph/token-table.ts';
import { readValueInfo, type ValueInfo } from './edit-graph/value-info.ts';

/** What a file says about itself, read without its weights. */
export interface OnnxHeader {
  /** Without those that have a value in the file. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Version of the default operators. */
  readonly opset: number;
  /** The kind of number that most weights are; float32 where there are none. */
  readonly dtype: DType;
  /** Files that hold weights, as the model names them, and how many bytes each must have. */
  readonly external: ReadonlyMap<string, number>;
  /** Of an encoder as CLIP is written: what its tokens are looked up in, where that is done once. */
  readonly tokens: TokenTable | null;
  /** Whether an input of one timestep for all rows can be made to take one for each. */
  takesRows(name: string): boolean;
}

/** A tag and a length, each at most 10 bytes. */
const headBytes = 20;
/** Small tensors are read over, since a read costs as much as copying 100 kB does; behind a larger one little is read. */
const windowBytes = 256 * 1024;
const shortWindowBytes = 16 * 1024;
const farBytes = 100 * 1024;
/** The description of one input, output or tensor; a longer one is no such thing. */
const mostDescription = 1024 * 1024;

/** A piece of a file in memory, and the fields that begin in it, with places counted from the file's start. */
function windowOf(handle: FileHandle, size: number) {
  const own = new Uint8Array(Math.min(size, windowBytes));
  let bytes = own.subarray(0, 0);
  let start = 0;
  const has = (at: number, length: number) => at >= start && Math.min(at + length, size) <= start + bytes.length;
  return {
    has,
    async fill(at: number, length: number): Promise<void> {
      const isFar = at - start - bytes.length > farBytes;
      const wanted = Math.min(size - at, Math.max(length, isFar ? shortWindowBytes : windowBytes));
      const buffer = wanted > own.length ? new Uint8Array(wanted) : own;
      let read = 0;
      while (read < wanted) {
        const { bytesRead } = await handle.read(buffer, read, wanted - read, at + read);
        if (bytesRead === 0) throw new BrokenOnnx('it became shorter while it was read');
        read += bytesRead;
      }
      [bytes, start] = [buffer.subarray(0, wanted), at];
    },
    field(at: number, end: number): Field {
      const { from, to, ...found } = fieldAt(bytes, at - start, end - start);
      return { ...found, start: at, from: from + start, to: to + start };
    },
    /** Bytes that are here, until the next `fill`. */
    slice: (from: number, to: number) => bytes.subarray(from - start, to - start),
  };
}

type Window = ReturnType<typeof windowOf>;

/** Visits the fields of a message in a file. It waits only when the window must move. */
async function walk(
  window: Window,
  from: number,
  end: number,
  visit: (field: Field) => Promise<void> | undefined,
): Promise<void> {
  let depth = 0;
  for (let at = from; at < end; ) {
    if (!window.has(at, headBytes)) await window.fill(at, headBytes);
    const field = window.field(at, end);
    if (field.wire === 3) depth++;
    else if (field.wire === 4) {
      if (--depth < 0) throw new BrokenOnnx('a group ends that never began');
    } else if (depth === 0) {
      const visiting = visit(field);
      if (visiting !== undefined) await visiting;
    }
    at = field.to;
  }
  if (depth > 0) throw new BrokenOnnx('it is cut off inside a group');
}

/** The bytes of a short message, to be read before the window moves. */
async function contentOf(window: Window, { from, to }: Field): Promise<Uint8Array> {
  if (to - from > mostDescription) throw new BrokenOnnx(`a description has ${to - from} bytes`);
  if (!window.has(from, to - from)) await window.fill(from, to - from);
  return window.slice(from, to);
}

/** @throws BrokenOnnx */
export async function readHeader(handle: FileHandle, size: number): Promise<OnnxHeader> {
  if (size === 0) throw new BrokenOnnx('it is empty');
  const window = windowOf(handle, size);
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const weights = weightsSeen();
  const lookups: string[] = [];
  const timesteps = timestepUses();
  let opset: number | null = null;
  let hasGraph = false;

  const lookUp = (field: Field): Promise<void> | undefined => {
    const { from, to } = field;
    if (to - from > mostNodeBytes) return undefined;
    const note = (bytes: Uint8Array) => {
      timesteps.see(bytes);
      const found = lookupIn(bytes);
      if (found) lookups.push(found.table);
    };
    if (!window.has(from, to - from)) return contentOf(window, field).then(note);
    note(window.slice(from, to));
    return undefined;
  };
  const inGraph = (field: Field): Promise<void> | undefined => {
    if (field.wire !== 2) return undefined;
    if (field.field === 5) return weights.add(window, field);
    if (field.field === 1) return lookUp(field);
    const list = field.field === 11 ? inputs : field.field === 12 ? outputs : null;
    if (list === null) return undefined;
    return contentOf(window, field).then((bytes) => {
      list.push(readValueInfo(bytes));
    });
  };
  await walk(window, 0, size, (field) => {
    if (field.field === 7 && field.wire === 2) {
      hasGraph = true;
      return walk(window, field.from, field.to, inGraph);
    }
    if (field.field === 8 && field.wire === 2)
      return contentOf(window, field).then((bytes) => {
        opset = readOpset(bytes) ?? opset;
      });
    return undefined;
  });

  if (!hasGraph) throw new BrokenOnnx('it has no graph');
  if (opset === null) throw new BrokenOnnx('it does not say which operators it uses, as if it were cut off');
  const given = inputs.filter(({ name }) => !weights.names.has(name));
  if (given.length === 0) throw new BrokenOnnx('its graph takes nothing');
  if (outputs.length === 0) throw new BrokenOnnx('its graph gives nothing');
  const tokens = lookups.length === 1 ? (weights.tables.get(lookups[0]!) ?? null) : null;
  return {
    inputs: given,
    outputs,
    opset,
    dtype: weights.dtype(),
    external: weights.external,
    tokens,
    takesRows: timesteps.takesRows,
  };
}

function readOpset(bytes: Uint8Array): number | null {
  let domain = '';
  let version: number | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.field === 1 && field.wire === 2) domain = textOf(bytes, field);
    if (field.field === 2 && field.wire === 0) version = field.value;
  }
  return domain === '' || domain === 'ai.onnx' ? version : null;
}

/** Names, kinds and places of a graph's tensors. */
function weightsSeen() {
  const names = new Set<string>();
  const elements = new Map<DType, number>();
  const external = new Map<string, number>();
  const tables = new Map<string, TokenTable>();

  const note = (dims: readonly number[], type: number, name: string, place: ReadonlyMap<string, string> | null) => {
    names.add(name);
    const dtype = dtypeOf(type);
    const count = dims.reduce((product, dim) => product * dim, 1);
    if (dtype?.includes('float')) elements.set(dtype, (elements.get(dtype) ?? 0) + count);
    if (isTokenTable(name) && dims.length === 2 && (dtype === 'float32' || dtype === 'float16'))
      tables.set(name, { table: name, dtype, width: dims[1]! });
    if (place === null) return;
    const location = place.get('location') ?? '';
    const end = Number(place.get('offset') ?? 0) + Number(place.get('length') ?? 0);
    if (location === '' || !Number.isFinite(end) || end < 0)
      throw new BrokenOnnx(`the place of the weights "${name}" is not understood`);
    external.set(location, Math.max(external.get(location) ?? 0, end));
  };

  return {
    names: names as ReadonlySet<string>,
    external: external as ReadonlyMap<string, number>,
    tables: tables as ReadonlyMap<string, TokenTable>,
    dtype: (): DType => [...elements].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'float32',
    /** Reads around the data, which may be most of the file. */
    async add(window: Window, tensor: Field): Promise<void> {
      const dims: number[] = [];
      let [type, name, isExternal] = [0, '', false];
      const place = new Map<string, string>();
      await walk(window, tensor.from, tensor.to, (field) => {
        if (field.field === 2 && field.wire === 0) type = field.value;
        else if (field.field === 14 && field.wire === 0) isExternal = field.value === 1;
        else if (field.field === 1)
          if (field.wire === 0) dims.push(field.value);
          else
            return contentOf(window, field).then((bytes) => {
              for (const dim of numbersOf(bytes, { ...field, from: 0, to: bytes.length })) dims.push(dim);
            });
        else if (field.field === 8 && field.wire === 2)
          return contentOf(window, field).then((bytes) => {
            name = new TextDecoder().decode(bytes);
          });
        else if (field.field === 13 && field.wire === 2)
          return contentOf(window, field).then((bytes) => {
            const [key, value] = [1, 2].map((wanted) => [...fieldsOf(bytes)].find((each) => each.field === wanted));
            if (key && value) place.set(textOf(bytes, key), textOf(bytes, value));
          });
        return undefined;
      });
      note(dims, type, name, isExternal ? place : null);
    },
  };
}
