import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Graph } from '../src-main/model/graph.ts';
import { type Box, type Place, placesIn, type Side, type View, type viewsOf } from './editor-pages.ts';
import { msPerMove, traced } from './page-trace.ts';

/** One way of moving at one zoom, on both sides. */
export interface Moves {
  /** `pan, 500 nodes, far` */
  readonly what: string;
  /** ms of script and paint, p95. */
  readonly ours: number;
  readonly theirs: number;
}

interface Both {
  readonly browser: Browser;
  readonly graph: Graph;
  readonly box: Box;
  readonly views: ReturnType<typeof viewsOf>;
  readonly sides: readonly [Side, Side];
  readonly rounds: number;
}

const steps = 40;
/** ms between two moves: one frame is over before the next begins. */
const pace = 25;

export async function moves(both: Both): Promise<Moves[]> {
  const { views, graph, box } = both;
  const found: Moves[] = [];
  for (const [zoom, view] of [
    ['far', views.far],
    ['close', views.close],
  ] as const) {
    const { empty, title } = placesIn(graph, box, view);
    const name = (what: string) => `${what}, ${Object.keys(graph.nodes).length} nodes, ${zoom}`;
    found.push(await compared(both, view, name('pan'), empty));
    found.push(await compared(both, view, name('drag'), title));
  }
  return found;
}

async function compared({ browser, sides, rounds }: Both, view: View, what: string, from: Place): Promise<Moves> {
  for (const { page, look } of sides) {
    await page.bringToFront();
    await look(view);
    await swing(page, from);
  }
  const spent: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const { page } = sides[i]!;
      await page.bringToFront();
      spent[i]!.push(...msPerMove(await traced(browser, page, () => swing(page, from))));
    }
  const [ours, theirs] = spent.map((ms) => {
    if (ms.length < (rounds * steps) / 2) throw new Error(`${what}: ${ms.length} moves of ${rounds * steps} were seen`);
    return ms.toSorted((a, b) => a - b)[Math.ceil(ms.length * 0.95) - 1]!;
  });
  return { what, ours: ours!, theirs: theirs! };
}

/** Presses, swings to and fro, and lets go where it began. */
async function swing(page: Page, [x, y]: Place): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= steps; i++) {
    const angle = (i / steps) * 4 * Math.PI;
    await page.mouse.move(x + 120 * Math.sin(angle), y + 60 * Math.sin(angle / 2));
    await setTimeout(pace);
  }
  await page.mouse.up();
}
