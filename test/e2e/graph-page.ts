import type { Page } from 'playwright-core';
import { shapeOf, titleHeight } from '../../src-renderer/canvas/shape.ts';
import { specs, templateFile } from '../renderer/fake-core-calls.ts';

/** A graph file, as far as tests look into it. */
export interface File {
  id: string;
  nodes: Record<
    string,
    { type: string; at: [number, number]; values: Record<string, unknown>; title?: string; color?: string }
  >;
  links: Record<string, { from: string; via?: [number, number][] }>;
  groups?: Record<string, { title: string; color: string; at: [number, number]; size: [number, number] }>;
  notes?: Record<string, { text: string; color?: string; at: [number, number]; size: [number, number] }>;
}

export const canvas = (page: Page) => page.locator('.graph-canvas canvas');
export const inTemplate = templateFile('text-to-image') as unknown as File;

/** What the page keeps of a graph that was changed; null where it is as it was opened. */
export const draftOf = (page: Page, id = 'text-to-image') =>
  page.evaluate<{ graph?: File; values: Record<string, unknown>; locked?: Record<string, true> } | null>(
    `JSON.parse(localStorage.getItem('kiln.draft.${id}'))`,
  );

/** From graph units to the page's pixels, as long as the view shows all of the template. */
export async function viewOf(page: Page) {
  const box = (await canvas(page).boundingBox())!;
  const nodes = Object.values(inTemplate.nodes);
  const size = (type: string) => shapeOf(specs.get(type)!);
  const [left, right] = [
    Math.min(...nodes.map(({ at }) => at[0])),
    Math.max(...nodes.map(({ at, type }) => at[0] + size(type).width)),
  ];
  const [top, bottom] = [
    Math.min(...nodes.map(({ at }) => at[1] - titleHeight)),
    Math.max(...nodes.map(({ at, type }) => at[1] + size(type).height)),
  ];
  const scale = Math.min((box.width - 96) / (right - left), (box.height - 96) / (bottom - top), 1.25);
  const at = (x: number, y: number): [number, number] => [
    box.x + box.width / 2 + (x - (left + right) / 2) * scale,
    box.y + box.height / 2 + (y - (top + bottom) / 2) * scale,
  ];
  return {
    at,
    title: (id: string) => {
      const node = inTemplate.nodes[id]!;
      return at(node.at[0] + 120, node.at[1] - titleHeight / 2);
    },
    slot: (id: string, name: string, isInput: boolean) => {
      const node = inTemplate.nodes[id]!;
      const shape = size(node.type);
      const { y } = (isInput ? shape.inputs : shape.outputs).find((one) => one.name === name)!;
      return at(node.at[0] + (isInput ? 0 : shape.width), node.at[1] + y);
    },
    row: (id: string, name: string) => {
      const node = inTemplate.nodes[id]!;
      const row = size(node.type).rows.find(({ input }) => input === name)!;
      return at(node.at[0] + 60, node.at[1] + row.y + row.height / 2);
    },
  };
}

export async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...(from as [number, number]));
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 3 });
  await page.mouse.move(...(to as [number, number]), { steps: 3 });
  await page.mouse.up();
}
