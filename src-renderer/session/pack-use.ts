import { setValue } from '../../src-main/model/edits.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeId, PackId } from '../../src-main/model/ids.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { NodeSpecs } from '../../src-main/model/node-spec.ts';
import type { PackFacts, PartName } from '../../src-main/model/pack.ts';
import type { OpenGraph } from './open-graph.ts';

/** Inputs of a graph's own nodes that name a pack, and what they name. */
export function packInputs(graph: Graph, specs: NodeSpecs): { node: NodeId; input: string; pack: string }[] {
  return Object.entries(graph.nodes).flatMap(([id, node]) =>
    Object.entries(specs.get(node.type)?.inputs ?? {}).flatMap(([input, spec]) =>
      spec.kind === 'pack'
        ? [{ node: id as NodeId, input, pack: String(node.values[input] ?? defaultOf(spec) ?? '') }]
        : [],
    ),
  );
}

/** All of a graph's nodes that open a pack open this one; one step of undo. Answers how many there are. */
export function openPackIn(open: OpenGraph, packId: PackId): number {
  const inputs = packInputs(open.graph.get(), open.specs);
  const others = inputs.filter(({ pack }) => pack !== packId);
  if (others.length > 0)
    open.change('set', (draft) => {
      for (const { node, input } of others) setValue(draft, node, input, packId);
    });
  return inputs.length;
}

export const abilities = ['textToImage', 'imageToImage', 'upscale'] as const;
export type Ability = (typeof abilities)[number];

const needs: Readonly<Record<Ability, readonly PartName[]>> = {
  textToImage: ['text-encoder', 'denoiser', 'vae-decoder'],
  imageToImage: ['text-encoder', 'denoiser', 'vae-encoder', 'vae-decoder'],
  upscale: ['upscaler'],
};

/** What a pack's parts are enough for. */
export const abilitiesOf = ({ parts }: PackFacts): readonly Ability[] =>
  abilities.filter((one) => needs[one].every((name) => parts.some((part) => part.name === name)));

/** Whether every word that somebody looks for stands somewhere in what is known of a pack. */
export function matchesPack(packId: PackId, facts: PackFacts | null, wanted: string): boolean {
  const { title = '', family = '', about = '', licence = '' } = facts ?? {};
  const text = [packId, title, family, about, licence].join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Where packs are looked for in a home, spelled as its machine spells paths. */
export const packFolder = (home: string): string => (home.includes('\\') ? `${home}\\models` : `${home}/models`);
