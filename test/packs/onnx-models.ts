import type { DType } from '../../src-main/model/tensor.ts';
import { model, type NodeProto, tensor, value } from '../../src-main/packs/edit-graph/writer.ts';

type Shape = readonly (number | string)[];
export interface End {
  readonly name: string;
  readonly dtype?: DType;
  readonly shape: Shape;
}

const ends = (given: readonly End[]) => given.map(({ name, dtype = 'float32', shape }) => value(name, dtype, shape));

export const floats = (name: string, dims: readonly number[], data: readonly number[]): Uint8Array =>
  tensor(name, 'float32', dims, new Uint8Array(Float32Array.from(data).buffer));

export const modelOf = (
  inputs: readonly End[],
  outputs: readonly End[],
  nodes: readonly NodeProto[],
  tensors: readonly Uint8Array[] = [],
  opset = 17,
): Uint8Array<ArrayBuffer> => model({ nodes, tensors, inputs: ends(inputs), outputs: ends(outputs) }, opset);

/** A graph that gives what it takes. */
export const identity = (input: End, output: string, opset = 17): Uint8Array<ArrayBuffer> =>
  modelOf(
    [input],
    [{ ...input, name: output }],
    [{ op: 'Identity', inputs: [input.name], outputs: [output] }],
    [],
    opset,
  );

const image: Shape = ['batch', 3, 'height', 'width'];

/** Files of a whole small pack in the layout of the starter, by their names. Its models load and run. */
export function packFiles(): Map<string, string | Uint8Array> {
  const json = (value: unknown) => JSON.stringify(value);
  const vocab = ['[PAD]', '[UNK]', ',', 'a', 'red', 'fox', 'sun', '##flower', '##s', '猫', '红', '色'];
  const vae = { scaling_factor: 1, shift_factor: 0, latent_channels: 3, block_out_channels: [3] };
  return new Map<string, string | Uint8Array>([
    ['model_index.json', json({ _class_name: 'KilnStarterPipeline' })],
    ['pack.json', json({ title: 'Tiny', version: '1', licence: 'MIT', defaults: { steps: 3, cfg: 1.5 }, more: 1 })],
    ['scheduler/scheduler_config.json', json({ _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 })],
    [
      'tokenizer/tokenizer.json',
      json({
        version: '1.0',
        added_tokens: [0, 1].map((id) => ({ id, content: vocab[id], special: true, normalized: false })),
        normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        post_processor: null,
        decoder: null,
        model: {
          type: 'WordPiece',
          unk_token: '[UNK]',
          continuing_subword_prefix: '##',
          max_input_chars_per_word: 100,
          vocab: Object.fromEntries(vocab.map((word, id) => [word, id])),
        },
      }),
    ],
    ['tokenizer/tokenizer_config.json', json({ model_max_length: 8, pad_token: '[PAD]', unk_token: '[UNK]' })],
    [
      'text_encoder/model.onnx',
      modelOf(
        [
          { name: 'input_ids', dtype: 'int64', shape: ['batch', 8] },
          { name: 'attention_mask', dtype: 'int64', shape: ['batch', 8] },
        ],
        [
          { name: 'last_hidden_state', shape: ['batch', 8, 4] },
          { name: 'pooler_output', shape: ['batch', 4] },
        ],
        [
          { op: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: [{ name: 'to', int: 1 }] },
          { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: [{ name: 'to', int: 1 }] },
          { op: 'Mul', inputs: ['ids', 'mask'], outputs: ['masked'] },
          { op: 'Unsqueeze', inputs: ['masked', 'last'], outputs: ['column'] },
          { op: 'Mul', inputs: ['column', 'row'], outputs: ['last_hidden_state'] },
          {
            op: 'ReduceMean',
            inputs: ['last_hidden_state'],
            outputs: ['pooler_output'],
            attributes: [
              { name: 'axes', ints: [1] },
              { name: 'keepdims', int: 0 },
            ],
          },
        ],
        [
          tensor('last', 'int64', [1], new Uint8Array(BigInt64Array.of(2n).buffer)),
          floats('row', [4], [1, 0.5, 0.25, 0.125]),
        ],
      ),
    ],
    [
      'transformer/model.onnx',
      modelOf(
        [
          { name: 'hidden_states', shape: ['batch', 3, 4, 4] },
          { name: 'encoder_hidden_states', shape: ['batch', 8, 4] },
          { name: 'pooled_projections', shape: ['batch', 4] },
          { name: 'timestep', shape: ['batch'] },
        ],
        [{ name: 'out_sample', shape: ['batch', 3, 4, 4] }],
        [{ op: 'Mul', inputs: ['hidden_states', 'weights'], outputs: ['out_sample'] }],
        [floats('weights', [3, 1, 1], [0.5, 0.25, 0.125])],
      ),
    ],
    ['vae_encoder/model.onnx', identity({ name: 'sample', shape: image }, 'latent_sample')],
    ['vae_encoder/config.json', json(vae)],
    ['vae_decoder/model.onnx', identity({ name: 'latent_sample', shape: image }, 'sample')],
    ['vae_decoder/config.json', json(vae)],
    ['upscaler/model.onnx', identity({ name: 'input', shape: image }, 'output')],
    ['upscaler/config.json', json({ scale: 4 })],
  ]);
}
