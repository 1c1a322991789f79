import { type Graph, linkIdOf } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { ImagePlace, RunImage } from '../../src-main/model/run.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import type { OpenGraph } from './open-graph.ts';
import type { Studio } from './studio.ts';

/** One question stays short, however many pictures are meant. */
const mostAtOnce = 1000;

const suffixes = { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/webp': '.webp' } as const;

/** The name of a picture's file on a person's disk. */
export const pictureName = ({ title, seed, digest, mime = 'image/png' }: RunImage): string =>
  `${(title || 'kiln')
    .replace(/[\\/:*?"<>|]/g, ' ')
    .trim()
    .slice(0, 120)}${seed === null ? '' : `-${seed}`}-${digest.slice(0, 8)}${suffixes[mime]}`;

/** Takes pictures away, and offers to have them back: in what is told, and by what it answers. */
export async function removePictures(
  { notices, calls }: Studio,
  images: readonly ImagePlace[],
): Promise<(() => void) | null> {
  const places = images.map(({ runId, nodeId, index }) => ({ runId, nodeId, index }));
  const parts = Array.from({ length: Math.ceil(places.length / mostAtOnce) }, (_, i) =>
    places.slice(i * mostAtOnce, (i + 1) * mostAtOnce),
  );
  let removed = 0;
  await notices.attempt(async () => {
    for (const part of parts) removed += (await calls.removeImages(part)).removed;
  });
  if (removed === 0) return null;
  const takeBack = (): void =>
    void notices.attempt(async () => {
      for (const part of parts) await calls.restoreImages(part);
    });
  notices.say(({ gallery }) => gallery.removed(removed), {
    name: ({ gallery }) => gallery.undo,
    work: takeBack,
  });
  return takeBack;
}

/** An input of a graph that takes a picture. */
export interface PictureInput {
  readonly node: NodeId;
  readonly input: string;
  readonly label: string;
}

/** Inputs that a picture can go to: those of the form, or where it has none, those of nodes. */
export function pictureInputs(open: OpenGraph): readonly PictureInput[] {
  const offered = open.fields
    .get()
    .flatMap(({ spec, node, input, label }) => (takesPictures(spec) ? [{ node: node as NodeId, input, label }] : []));
  return offered.length > 0 ? offered : inputsOfNodes(open.graph.get(), open);
}

const takesPictures = (spec: { readonly kind: string; readonly accept?: readonly string[] }): boolean =>
  spec.kind === 'file' && (spec.accept ?? []).includes('image/png');

function inputsOfNodes({ nodes, links }: Graph, { specs }: OpenGraph): readonly PictureInput[] {
  return Object.values(nodes).flatMap(({ id, type, title }) =>
    Object.entries(specs.get(type)?.inputs ?? {}).flatMap(([input, spec]) =>
      takesPictures(spec) && !links[linkIdOf({ node: id, input })] ? [{ node: id, input, label: title ?? id }] : [],
    ),
  );
}

/** Puts a file that the core has into an input of the open graph, and shows it there. */
export function setPicture({ notices, preferences, template }: Studio, file: FileValue, at: PictureInput): void {
  const open = template.get()?.open;
  if (!open) return;
  open.setInput(at.node, at.input, { ...file });
  preferences.change({ panel: 'create' });
  notices.say(({ gallery, graphWords }) => gallery.usedAs(graphWords[at.label] ?? at.label));
}

/** A picture of the gallery as an input of the open graph; where it has several or none, a person decides. */
export async function takePicture(studio: Studio, image: RunImage): Promise<void> {
  await studio.notices.attempt(async () => {
    const file = await studio.calls.takeImage({ digest: image.digest, name: pictureName(image) });
    const inputs = studio.template.get() ? pictureInputs(studio.template.get()!.open) : [];
    if (inputs.length === 1) setPicture(studio, file, inputs[0]!);
    else studio.offered.set([file]);
  });
}
