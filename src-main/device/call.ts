import type { CallShape } from '../model/batch-key.ts';
import { fail } from '../model/errors.ts';
import type { DeviceId } from '../model/ids.ts';
import { isEncoder, type Part, type PartName, type PartPort } from '../model/pack.ts';
import { bytesOf, type DType, elementsOf, isTensorRef, type TensorRef } from '../model/tensor.ts';
import type { RowResult, RowValues } from './runtime.ts';
import { bytesIn, cast, fromHalf, type Values, viewOf, zeros } from './values.ts';

/** One input of a call under the file's own name. */
export interface Feed {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly values: Values;
}

/** One output of a call: all rows, one behind the other. */
export interface Output {
  readonly dims: readonly number[];
  readonly values: Values;
}

/** One that stays where it is: it hands out its rows. */
export interface OutputElsewhere {
  readonly dims: readonly number[];
  row(i: number, shape: readonly number[]): TensorRef;
}

/** Where a runtime's tensors are in the process's memory. */
export interface TensorValues {
  readonly deviceId: DeviceId;
  valuesOf(tensor: TensorRef): Values;
  keep(values: Values, dtype: DType, shape: readonly number[]): TensorRef;
}

const mainOf: Record<PartName, string> = {
  'text-encoder': 'tokens',
  'text-encoder-2': 'tokens',
  'text-encoder-3': 'tokens',
  'control-net': 'latent',
  denoiser: 'latent',
  'vae-encoder': 'image',
  'vae-decoder': 'latent',
  upscaler: 'image',
};

/** What a row's batch key and size are made of. @throws AppError bug, when the part's main input is not there */
export function callShapeOf(part: Part, row: RowValues): CallShape {
  const main = row[mainOf[part.name]];
  if (!isTensorRef(main)) return fail('bug', { reason: `a row of ${part.name} came without ${mainOf[part.name]}` });
  const context = isEncoder(part.name) ? main : row.hidden;
  return {
    main: main.shape.slice(1),
    tokens: isTensorRef(context) ? (context.shape[1] ?? 0) : 0,
    inputs: Object.keys(row).filter((name) => row[name] !== undefined),
    timestep: typeof row.timestep === 'number' ? row.timestep : 0,
    ...(typeof row.layer === 'number' ? { layer: row.layer } : {}),
    ...(typeof row.vectorsDigest === 'string' ? { shared: row.vectorsDigest } : {}),
  };
}

/** What is asked of a call of rows like this one: what the part gives, of an encoder the state of the wanted layer. */
export function givesFor(part: Part, { layer }: RowValues): readonly PartPort[] {
  if (typeof layer !== 'number') return part.gives;
  const found = part.layers?.given.find((each) => each.layer === layer);
  if (!found) return fail('bug', { reason: `${part.name} has no layer ${layer}` });
  return part.gives.map((port) => (port.name === 'hidden' ? found.port : port));
}

/** A file whose leading dimension is 1 computes rows one after the other. */
export const takesOneRow = (part: Part): boolean => part.takes.some(({ shape }) => shape.length > 1 && shape[0] === 1);

const everything = Uint8Array.of(1);

/** What rows bring as numbers, not as tensors. */
export const plainNumbers: ReadonlySet<string> = new Set(['timestep', 'guidance', 'strength']);

interface Stacked {
  readonly of: readonly Values[];
  readonly values: Values;
}

/**
 * Rows of one part to one call. A single row is fed as it lies. Several are copied into an array that is used again,
 * and are not copied again when they are the rows of the last call (a prompt's conditioning, at every step).
 * Runtimes read feeds only while the call runs, so one array per input is enough.
 */
export class Stacker {
  readonly #part: Part;
  readonly #tensors: TensorValues;
  readonly #stacked = new Map<string, Stacked>();

  constructor(part: Part, tensors: TensorValues) {
    this.#part = part;
    this.#tensors = tensors;
  }

  /** @throws AppError device.callFailed */
  feeds(rows: readonly RowValues[], ports: readonly PartPort[] = this.#part.takes): readonly Feed[] {
    return ports.map((port) =>
      plainNumbers.has(port.name)
        ? this.#numbers(port, rows)
        : port.name === 'vectors'
          ? this.#shared(port, rows[0]!)
          : this.#feed(port, rows),
    );
  }

  /** Rows of one call have the same, and those without any do not look at the one that is fed. */
  #shared({ as, dtype, shape }: PartPort, { vectors }: RowValues): Feed {
    const dims = isTensorRef(vectors) ? vectors.shape : [1, Number(shape[1])];
    return {
      name: as,
      dtype,
      dims,
      values: isTensorRef(vectors) ? this.#tensors.valuesOf(vectors) : zeros(dtype, dims),
    };
  }

  #numbers(port: PartPort, rows: readonly RowValues[]): Feed {
    const isShared = port.shape.length === 0 || port.shape[0] === 1;
    const given = new Float32Array(isShared ? 1 : rows.length);
    for (let i = 0; i < given.length; i++) given[i] = Number(rows[i]![port.name] ?? 0);
    const dims = port.shape.length === 0 ? [] : [given.length];
    return { name: port.as, dtype: port.dtype, dims, values: cast(given, 'float32', port.dtype) };
  }

  #feed(port: PartPort, rows: readonly RowValues[]): Feed {
    const given = rows.map((row) => this.#given(port, row));
    const { dtype, shape } = given[0]!;
    if (!given.every((row) => fits(row.shape, shape))) this.#refuse(`rows of different shapes at ${port.as}`);
    const parts = given.map(({ values }) => values);
    const dims = [rows.length, ...shape.slice(1)];
    const values = parts.length === 1 && dtype === port.dtype ? parts[0]! : this.#stack(port, parts, dtype, dims);
    return { name: port.as, dtype: port.dtype, dims, values };
  }

  #given(port: PartPort, row: RowValues): { dtype: DType; shape: readonly number[]; values: Values } {
    const value = row[port.name];
    if (isTensorRef(value)) return { dtype: value.dtype, shape: value.shape, values: this.#tensors.valuesOf(value) };
    // An encoder that wants a mask and got none reads every token.
    const tokens = row.tokens;
    if (port.name === 'mask' && isTensorRef(tokens))
      return { dtype: 'uint8', shape: tokens.shape, values: new Uint8Array(elementsOf(tokens.shape)).fill(1) };
    // A picture without a mask is kept as a whole: one value for all of its places.
    if (port.name === 'keep') return { dtype: 'uint8', shape: [1, 1, 1, 1], values: everything };
    return this.#refuse(`the file wants ${port.as}, and the row has no ${port.name}`);
  }

  #stack(port: PartPort, parts: readonly Values[], from: DType, dims: readonly number[]): Values {
    const last = this.#stacked.get(port.name);
    if (last && last.of.length === parts.length && parts.every((part, i) => part === last.of[i])) return last.values;
    const bytes = bytesOf(port.dtype, dims);
    const values = last && last.values.byteLength === bytes ? last.values : zeros(port.dtype, dims);
    const into = bytesIn(values);
    let at = 0;
    for (const part of parts) {
      const row = bytesIn(cast(part, from, port.dtype));
      into.set(row, at);
      at += row.byteLength;
    }
    this.#stacked.set(port.name, { of: parts, values });
    return values;
  }

  #refuse(reason: string): never {
    return fail('device.callFailed', { device: this.#tensors.deviceId, part: this.#part.name, reason });
  }
}

/** What one call gave, row by row under Kiln's names, as tensors that share the outputs' memory. @throws AppError device.badResult */
export function rowsFrom(
  part: Part,
  rows: readonly RowValues[],
  outputs: ReadonlyMap<string, Output | OutputElsewhere>,
  tensors: TensorValues,
): RowResult[] {
  const at = { device: tensors.deviceId, part: part.name };
  const results = rows.map((): Record<string, TensorRef> => ({}));
  for (const port of givesFor(part, rows[0]!)) {
    const output = outputs.get(port.as);
    if (!output) return fail('device.badResult', { ...at, reason: `${port.as} is missing` });
    const { dims } = output;
    const latent = rows[0]?.latent;
    const wanted = port.name === 'prediction' && isTensorRef(latent) ? latent.shape : port.shape;
    if (dims[0] !== rows.length || !fits(dims, wanted))
      return fail('device.badResult', {
        ...at,
        reason: `${port.as} is [${dims}] instead of [${[rows.length, ...wanted.slice(1)]}]`,
      });
    const shape = [1, ...dims.slice(1)];
    if ('row' in output) {
      results.forEach((result, i) => {
        result[port.name] = output.row(i, shape);
      });
      continue;
    }
    const { values, dtype } = kilnForm(port, output);
    const size = elementsOf(shape);
    results.forEach((result, i) => {
      const own = rows.length === 1 ? values : values.subarray(i * size, (i + 1) * size);
      result[port.name] = tensors.keep(own, dtype, shape);
    });
  }
  return results;
}

/** Besides the leading dimension; what is not fixed has a name. */
const fits = (dims: readonly number[], wanted: readonly (number | string)[]): boolean =>
  dims.length === wanted.length && wanted.every((side, i) => i === 0 || typeof side === 'string' || side === dims[i]);

/** Half precision ends at the file's edge: nodes see float32. */
function kilnForm(port: PartPort, { dims, values }: Output): Output & { readonly dtype: DType } {
  if (port.dtype !== 'float16') return { dims, values, dtype: port.dtype };
  const bits = values instanceof Uint16Array ? values : (viewOf(bytesIn(values), 'float16') as Uint16Array);
  return { dims, values: fromHalf(bits), dtype: 'float32' };
}
