import type { FlatNode } from '../model/flat-graph.ts';
import type { Graph } from '../model/graph.ts';
import type { StepId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import type { PackFacts } from '../model/pack.ts';
import { type ResolvedGraph, resolveGraph } from './resolve.ts';

export interface ParametersOptions {
  readonly specs: NodeSpecs;
  readonly packs: readonly PackFacts[];
  /** The sink that made the picture. */
  readonly sink: StepId;
  /** Of the picture, where the graph does not say what was drawn at. */
  readonly size: { readonly width: number; readonly height: number };
  /** Of Kiln. */
  readonly version: string;
}

/** Names that A1111 shows; others are shown as they are. */
const samplerTitles: Readonly<Record<string, string>> = { euler: 'Euler', heun: 'Heun' };
const scheduleTitles: Readonly<Record<string, string>> = {
  simple: 'Simple',
  normal: 'Normal',
  karras: 'Karras',
  exponential: 'Exponential',
  sgm_uniform: 'SGM Uniform',
  ddim_uniform: 'DDIM',
  beta: 'Beta',
  kl_optimal: 'KL Optimal',
};

const titled = (titles: Readonly<Record<string, string>>, name: Json | undefined): string | undefined =>
  typeof name === 'string' ? (titles[name] ?? name) : undefined;

/** Fields are separated by commas and colons, so a value that has them is quoted. */
const field = (value: string): string => (/[,:\n"]/.test(value) ? JSON.stringify(value) : value);

/** The text of the prompt that reaches this input of a sampler. */
function promptAt(graph: ResolvedGraph, sampler: FlatNode, input: string): string {
  const source = graph.inputsOf(sampler.id)[input];
  const encode = source && 'from' in source ? graph.nearest(source.from.step, 'text.encode') : undefined;
  const text = encode && graph.valueOf(encode.id, 'text');
  return typeof text === 'string' ? text : '';
}

function sizeOf(graph: ResolvedGraph, sampler: FlatNode, pack: PackFacts | undefined, options: ParametersOptions) {
  const empty = graph.nearest(sampler.id, 'latent.empty');
  if (!empty) return options.size;
  const side = (name: 'width' | 'height'): number => {
    const value = graph.valueOf(empty.id, name);
    return (typeof value === 'number' && value) || (pack?.defaults[name] ?? options.size[name]);
  };
  return { width: side('width'), height: side('height') };
}

/**
 * `parameters` as A1111 and its relatives read them: the prompt, the negative prompt, then one line of fields, all of
 * the sampler that is nearest to the picture. A picture that was not sampled has the version alone.
 */
export function parametersOf(graph: Graph, options: ParametersOptions): string {
  const resolved = resolveGraph(graph, options.specs, [options.sink]);
  const version = `Version: Kiln ${options.version}`;
  const sampler = resolved.nearest(options.sink, 'latent.sample');
  if (!sampler) return version;
  const value = (input: string) => resolved.valueOf(sampler.id, input);
  const open = resolved.nearest(sampler.id, 'pack.open');
  const name = open && resolved.valueOf(open.id, 'pack');
  const pack = options.packs.find(({ ref }) => ref.packId === name);
  const { width, height } = sizeOf(resolved, sampler, pack, options);
  const denoise = value('denoise');
  const fields: readonly (readonly [string, Json | undefined])[] = [
    ['Steps', value('steps')],
    ['Sampler', titled(samplerTitles, value('sampler'))],
    ['Schedule type', titled(scheduleTitles, value('scheduler'))],
    ['CFG scale', value('cfg')],
    ['Seed', value('seed')],
    ['Size', `${width}x${height}`],
    ['Model hash', pack?.ref.digest.slice(0, 10)],
    ['Model', name],
    ['Denoising strength', denoise === 1 ? undefined : denoise],
  ];
  const line = fields.flatMap(([title, given]) =>
    given === undefined || given === null ? [] : [`${title}: ${field(String(given))}`],
  );
  const negative = promptAt(resolved, sampler, 'negative');
  return [
    promptAt(resolved, sampler, 'positive'),
    ...(negative ? [`Negative prompt: ${negative}`] : []),
    [...line, version].join(', '),
  ].join('\n');
}
