import { randomFillSync } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { externalTensor, model, type NodeProto, tensor, value } from '../src-main/packs/edit-graph/writer.ts';

// A text encoder of the size of CLIP-L (12 layers, width 768, 77 tokens, 85 million weights besides the words) whose
// weights are random: it says nothing about a prompt, and takes as long as one that does.

const [layers, width, heads, inner, tokens, words] = [12, 768, 12, 3072, 77, 49408] as const;
const floats = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const longs = (...numbers: number[]) => new Uint8Array(BigInt64Array.from(numbers.map(BigInt)).buffer);

/** A pack with such an encoder, made once: the kilobyte pack of Stable Diffusion's shape, with a denoiser that does next to nothing. */
export function encoderPack(root: string): { readonly folder: string; readonly name: string } {
  const name = 'stand-in';
  const folder = path.join(root, '.cache/bench-packs');
  const at = path.join(folder, name);
  if (existsSync(at)) return { folder, name };
  const making = path.join(root, '.cache/bench-packs-making', name);
  mkdirSync(path.dirname(making), { recursive: true });
  cpSync(path.join(root, 'test/data/packs/sd15'), making, { recursive: true });
  writeEncoder(path.join(making, 'text_encoder'));
  writeFileSync(path.join(making, 'unet/model.onnx'), denoiser());
  mkdirSync(folder, { recursive: true });
  renameSync(making, at);
  return { folder, name };
}

/** out = sample / 2 + mean(hidden). */
const denoiser = () =>
  model({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['encoder_hidden_states'],
        outputs: ['mean'],
        attributes: [
          { name: 'axes', ints: [1, 2] },
          { name: 'keepdims', int: 0 },
        ],
      },
      { op: 'Unsqueeze', inputs: ['mean', 'sides'], outputs: ['wide'] },
      { op: 'Mul', inputs: ['sample', 'half'], outputs: ['halved'] },
      { op: 'Add', inputs: ['halved', 'wide'], outputs: ['out_sample'] },
    ],
    tensors: [tensor('half', 'float32', [], floats(0.5)), tensor('sides', 'int64', [3], longs(1, 2, 3))],
    inputs: [
      value('sample', 'float32', ['batch', 4, 'height', 'width']),
      value('timestep', 'float32', ['batch']),
      value('encoder_hidden_states', 'float32', ['batch', 'tokens', width]),
    ],
    outputs: [value('out_sample', 'float32', ['batch', 4, 'height', 'width'])],
  });

function writeEncoder(folder: string): void {
  const file = openSync(path.join(folder, 'model.onnx_data'), 'w');
  let offset = 0;
  /** Between -0.02 and 0.02, as such weights are. */
  const random = (name: string, dims: readonly number[]): Uint8Array => {
    const count = dims.reduce((a, b) => a * b, 1);
    const noise = new Int16Array(count);
    randomFillSync(noise);
    const bytes = new Uint8Array(Float32Array.from(noise, (one) => one / 1_638_400).buffer);
    writeSync(file, bytes);
    const place = { location: 'model.onnx_data', offset, length: bytes.length };
    offset += bytes.length;
    return externalTensor(name, 'float32', dims, place);
  };
  const tensors: Uint8Array[] = [
    random('words', [words, width]),
    tensor('one', 'float32', [width], floats(...Array<number>(width).fill(1))),
    tensor('zero', 'float32', [width], floats(...Array<number>(width).fill(0))),
    tensor('scale', 'float32', [], floats(1 / Math.sqrt(width / heads))),
    tensor('gelu', 'float32', [], floats(1.702)),
    tensor('split', 'int64', [4], longs(0, 0, heads, width / heads)),
    tensor('join', 'int64', [3], longs(0, 0, width)),
    tensor('first', 'int64', [], longs(0)),
  ];
  const nodes: NodeProto[] = [{ op: 'Gather', inputs: ['words', 'input_ids'], outputs: ['x0'] }];
  const op = (name: string, inputs: string[], output: string, perm?: number[]) =>
    nodes.push({
      op: name,
      inputs,
      outputs: [output],
      ...(perm ? { attributes: [{ name: 'perm', ints: perm }] } : {}),
    });
  for (let i = 0; i < layers; i++) {
    const at = (name: string) => `${name}${i}`;
    for (const name of ['q', 'k', 'v', 'o']) tensors.push(random(at(`w${name}`), [width, width]));
    tensors.push(random(at('up'), [width, inner]), random(at('down'), [inner, width]));
    op('LayerNormalization', [`x${i}`, 'one', 'zero'], at('n'));
    for (const name of ['q', 'k', 'v']) {
      op('MatMul', [at('n'), at(`w${name}`)], at(`${name}f`));
      op('Reshape', [at(`${name}f`), 'split'], at(`${name}s`));
      op('Transpose', [at(`${name}s`)], at(name), name === 'k' ? [0, 2, 3, 1] : [0, 2, 1, 3]);
    }
    op('MatMul', [at('q'), at('k')], at('qk'));
    op('Mul', [at('qk'), 'scale'], at('scaled'));
    op('Softmax', [at('scaled')], at('a'));
    op('MatMul', [at('a'), at('v')], at('av'));
    op('Transpose', [at('av')], at('avt'), [0, 2, 1, 3]);
    op('Reshape', [at('avt'), 'join'], at('avj'));
    op('MatMul', [at('avj'), at('wo')], at('attended'));
    op('Add', [`x${i}`, at('attended')], at('y'));
    op('LayerNormalization', [at('y'), 'one', 'zero'], at('m'));
    op('MatMul', [at('m'), at('up')], at('u'));
    op('Mul', [at('u'), 'gelu'], at('ug'));
    op('Sigmoid', [at('ug')], at('us'));
    op('Mul', [at('u'), at('us')], at('act'));
    op('MatMul', [at('act'), at('down')], at('d'));
    op('Add', [at('y'), at('d')], `x${i + 1}`);
  }
  op('LayerNormalization', [`x${layers}`, 'one', 'zero'], 'last_hidden_state');
  nodes.push({
    op: 'Gather',
    inputs: ['last_hidden_state', 'first'],
    outputs: ['pooler_output'],
    attributes: [{ name: 'axis', int: 1 }],
  });
  closeSync(file);
  writeFileSync(
    path.join(folder, 'model.onnx'),
    model({
      nodes,
      tensors,
      inputs: [value('input_ids', 'int64', ['batch', tokens])],
      outputs: [
        value('last_hidden_state', 'float32', ['batch', tokens, width]),
        value('pooler_output', 'float32', ['batch', width]),
      ],
    }),
  );
}
