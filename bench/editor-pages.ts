import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Graph, GraphNode } from '../src-main/model/graph.ts';
import { writeGraph } from '../src-main/model/graph-file.ts';
import type { NodeId } from '../src-main/model/ids.ts';
import { type Shape, shapeOf, titleHeight } from '../src-renderer/canvas/shape.ts';
import { specs } from './editor-graph.ts';

export const viewport = { width: 1600, height: 900 };
const root = path.join(import.meta.dirname, '..');

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What part of the graph is in sight: `(at + offset) * scale` is a place on the canvas. */
export interface View {
  readonly scale: number;
  readonly offset: readonly [number, number];
}

/** One of the two sides, with the graph on it. */
export interface Side {
  readonly name: string;
  readonly page: Page;
  look(view: View): Promise<void>;
}

export const kilnCanvas = (page: Page): Locator => page.locator('.graph-canvas canvas');

const shapeIn = (node: GraphNode): Shape => shapeOf(specs.get(node.type)!);

export async function newPage(browser: Browser): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => console.error(error));
  return { page, context };
}

/** Kiln's graph view, in which the graph is opened as a person would open its file. */
export async function openInKiln(page: Page, graph: Graph): Promise<void> {
  await page
    .locator('.top-bar input[type=file]')
    .setInputFiles({ name: 'bench.kiln.json', mimeType: 'application/json', buffer: Buffer.from(writeGraph(graph)) });
  await page.getByRole('tab', { name: graph.title, selected: true }).waitFor();
  await kilnCanvas(page).waitFor();
}

export async function showGraphView(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('radio', { name: 'Graph' }).click();
  await kilnCanvas(page).waitFor();
}

const zoomStep = 1.2;
/** As the studio frames a graph when it is opened: 48 pixels around all of it, at 0.1 at least. */
export function viewsOf(graph: Graph, { width, height }: Box): { far: View; close: View; closeSteps: number } {
  const nodes = Object.values(graph.nodes);
  const [left, top] = [
    Math.min(...nodes.map(({ at }) => at[0])),
    Math.min(...nodes.map(({ at }) => at[1])) - titleHeight,
  ];
  const right = Math.max(...nodes.map((node) => node.at[0] + shapeIn(node).width));
  const bottom = Math.max(...nodes.map((node) => node.at[1] + shapeIn(node).height));
  const fit = Math.max(0.1, Math.min((width - 96) / (right - left), (height - 96) / (bottom - top)));
  const viewAt = (scale: number): View => ({
    scale,
    offset: [width / 2 / scale - (left + right) / 2, height / 2 / scale - (top + bottom) / 2],
  });
  const closeSteps = Math.ceil(Math.log(0.7 / fit) / Math.log(zoomStep));
  return { far: viewAt(fit), close: viewAt(fit * zoomStep ** closeSteps), closeSteps };
}

export function kilnSide(page: Page, { far, close, closeSteps }: ReturnType<typeof viewsOf>): Side {
  return {
    name: 'Kiln',
    page,
    async look(view) {
      await kilnCanvas(page).focus();
      await page.keyboard.press('Home');
      if (view === far) return;
      if (view !== close) throw new Error('no such view');
      for (let i = 0; i < closeSteps; i++) await page.keyboard.press('Equal');
    },
  };
}

/** The same graph on a page that has nothing but litegraph.js. */
export async function bareSide(page: Page, address: string, graph: Graph, box: Box): Promise<Side> {
  await page.goto(address);
  const shown = { ...plainOf(graph), box };
  await page.evaluate(`showGraph(${JSON.stringify(shown)})`);
  return {
    name: 'litegraph.js',
    page,
    look: async ({ scale, offset }) => void (await page.evaluate(`look(${scale}, ${JSON.stringify(offset)})`)),
  };
}

/** What the library is given: the same titles, slots, widgets, places and sizes as in Kiln. */
function plainOf(graph: Graph) {
  const nodes = Object.values(graph.nodes);
  const index = new Map(nodes.map(({ id }, i) => [id, i]));
  const slot = (list: Shape['inputs'], name: string) => list.findIndex((one) => one.name === name);
  const at = (id: NodeId) => graph.nodes[id]!;
  return {
    nodes: nodes.map((node) => {
      const shape = shapeIn(node);
      const rows = new Set(shape.rows.map(({ input }) => input));
      const isLinked = (input: string) => Object.hasOwn(graph.links, `${node.id}.${input}`);
      return {
        title: specs.get(node.type)!.title,
        at: node.at,
        size: [shape.width, shape.height],
        // A value's slot lies in its widget, which has the label unless it is linked.
        inputs: shape.inputs.map(({ name, type, y }) => ({
          name,
          label: rows.has(name) && !isLinked(name) ? '' : name,
          type: type ?? '',
          y,
        })),
        outputs: shape.outputs.map(({ name, type, y }) => ({ name, type: type ?? '', y })),
        widgets: shape.rows
          .filter(({ input }) => !isLinked(input))
          .map(({ input, spec, y }) => ({
            name: input,
            value: spec.kind === 'file' ? '' : (node.values[input] ?? spec.default),
            y,
            ...widgetOf(spec),
          })),
      };
    }),
    links: Object.values(graph.links).map(({ from, to }) => [
      index.get(from.node),
      slot(shapeIn(at(from.node)).outputs, from.output),
      index.get(to.node),
      slot(shapeIn(at(to.node)).inputs, to.input),
    ]),
  };
}

function widgetOf(spec: Shape['rows'][number]['spec']): { kind: string; options: object } {
  if (spec.kind === 'bool') return { kind: 'toggle', options: {} };
  if (spec.kind === 'choice') return { kind: 'combo', options: { values: spec.choices } };
  if (spec.kind === 'int' || spec.kind === 'float')
    return { kind: 'slider', options: { min: spec.min, max: spec.max } };
  return { kind: 'text', options: {} };
}

const barePage = `<!doctype html><meta charset="utf-8"><title>litegraph.js</title>
<style>body { margin: 0; background: #222 } canvas { position: absolute }</style><canvas></canvas>
<script src="/litegraph.js"></script><script src="/page.js"></script>`;

/** Serves the page of the other side on a port of its own. */
export async function serveBare(): Promise<{ address: string; close(): void }> {
  const scripts: Readonly<Record<string, string>> = {
    '/litegraph.js': path.join(root, 'node_modules/litegraph.js/build/litegraph.core.js'),
    '/page.js': path.join(import.meta.dirname, 'bare/litegraph-page.js'),
  };
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts[url];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ? readFileSync(script) : barePage);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() };
}

/** A place on the page where nothing is, and the title of a node, both near the middle of what is in sight. */
export function placesIn(graph: Graph, box: Box, { scale, offset }: View): { empty: Place; title: Place } {
  const [x, y] = [box.width / 2 / scale - offset[0], box.height / 2 / scale - offset[1]];
  const onPage = (gx: number, gy: number): Place => [
    box.x + (gx + offset[0]) * scale,
    box.y + (gy + offset[1]) * scale,
  ];
  const near = Object.values(graph.nodes).toSorted(
    (a, b) => Math.hypot(a.at[0] - x, a.at[1] - y) - Math.hypot(b.at[0] - x, b.at[1] - y),
  )[0]!;
  const { width } = shapeIn(near);
  return {
    empty: onPage(near.at[0] + width + 40, near.at[1] - titleHeight),
    title: onPage(near.at[0] + 120, near.at[1] - titleHeight / 2),
  };
}
/** The title of a node with a text, near the middle of what is in sight. */
export function textNodeIn(graph: Graph, box: Box, view: View): Place {
  const nodes = Object.entries(graph.nodes).filter(([, { type }]) => type === 'text.encode');
  return placesIn({ ...graph, nodes: Object.fromEntries(nodes) }, box, view).title;
}

export type Place = readonly [x: number, y: number];
