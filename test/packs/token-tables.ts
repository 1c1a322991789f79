import { readFileSync } from 'node:fs';
import { fieldsOf, numbersOf, textOf } from '../../src-main/packs/edit-graph/proto.ts';

/** What tokens are looked up in, read from a model with its weights inside: a row for each id. */
export function tokenRows(file: string): (id: number) => Float32Array {
  const model = readFileSync(file);
  const graph = [...fieldsOf(model)].find(({ field }) => field === 7)!;
  for (const tensor of fieldsOf(model, graph.from, graph.to)) {
    if (tensor.field !== 5) continue;
    const inner = [...fieldsOf(model, tensor.from, tensor.to)];
    const name = inner.find(({ field }) => field === 8);
    const data = inner.find(({ field }) => field === 9);
    if (!name || !data || !textOf(model, name).endsWith('token_embedding.weight')) continue;
    const width = inner.filter(({ field }) => field === 1).flatMap((dims) => numbersOf(model, dims))[1]!;
    const values = new Float32Array(model.buffer.slice(model.byteOffset + data.from, model.byteOffset + data.to));
    return (id) => values.slice(id * width, (id + 1) * width);
  }
  throw new Error(`${file} has no table of tokens`);
}
