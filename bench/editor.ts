import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launch, noBrowser } from '../test/e2e/browser.ts';
import { startServer } from '../test/e2e/kiln-server.ts';
import type { Bench } from './bench.ts';
import { type Edits, edits, heapGrowthBytes } from './editor-edits.ts';
import { editorGraph } from './editor-graph.ts';
import { type Moves, moves } from './editor-moves.ts';
import { firstUses, openSeconds } from './editor-open.ts';
import {
  bareSide,
  kilnCanvas,
  kilnSide,
  newPage,
  openInKiln,
  serveBare,
  showGraphView,
  textNodeIn,
  viewsOf,
} from './editor-pages.ts';
import { median } from './statistics.ts';

const small = { nodes: 500, links: 700 };
const large = { nodes: 2000, links: 2800 };
const rounds = 3;
const opens = 5;

/** The studio in a browser: graphs panned, dragged, edited and opened, and how soon the page can be used. */
export default async function editor(): Promise<Bench> {
  if (noBrowser) throw new Error(noBrowser);
  if (!existsSync(path.join(import.meta.dirname, '../out/main/cli.js'))) throw new Error('build first: npm run build');
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const server = await startServer(home);
  const bare = await serveBare();
  const browser = await launch(['--disable-gpu']);
  try {
    const places = { browser, kiln: server.address, bare: bare.address };
    const few = await sides(places, small);
    const many = await sides(places, large);
    say('opened for the first time, and again');
    const opened: number[] = [];
    for (let i = 0; i < opens; i++)
      opened.push(await openSeconds(browser, server.address, editorGraph(large.nodes, large.links)));
    const uses = [];
    for (let i = 0; i < opens; i++) uses.push(await firstUses(browser, server.address));
    const used = {
      seconds: median(uses.map(({ seconds }) => seconds)),
      bytes: Math.max(...uses.map(({ bytes }) => bytes)),
    };
    const edit = many.edited!;
    return {
      title: `The studio in headless Chromium beside plain litegraph.js, ${small.nodes} and ${large.nodes} nodes`,
      table: {
        columns: ['ms of script and paint in a frame, p95', 'Kiln', 'litegraph.js', 'ratio'],
        rows: [...few.moved, ...many.moved].map(({ what, ours, theirs }) => [what, ours, theirs, ours / theirs]),
      },
      figures: {
        panP95Ratio500: worst(few.moved, 'pan'),
        dragP95Ratio500: worst(few.moved, 'drag'),
        panP95Ratio2000: worst(many.moved, 'pan'),
        dragP95Ratio2000: worst(many.moved, 'drag'),
        editScriptMs2000: edit.scriptMs,
        editLaterScriptMs2000: edit.laterScriptMs,
        editLongestTaskMs2000: edit.longestTaskMs,
        openSeconds2000: median(opened),
        heapGrowthKbPer1000Edits: few.grownBytes! / 1024,
        usableSeconds: used.seconds,
        compressedKb: used.bytes / 1024,
      },
      notes: [
        `The two sides take turns, ${rounds} times each, on pages of ${'1600×900'} with canvases of one size: all in sight or as much as fits (far), and at a scale at which everything is drawn (close). The figure is the worse of the two. Times are those that the page's main thread computes from one move of the pointer to the next, filling of pixels included: the browser draws without a GPU (with one emulated, a queue of frames stands between a move and what it costs).`,
        'The other side has the same titles, slots, widgets, places and links, and draws them as the library does by itself.',
        'Zoomed out, neither side draws texts, and both draw values as boxes.',
        'An edit is one character in a text of one of the nodes: script until it is drawn. `editLaterScriptMs2000` is what follows, once for a burst of edits: the draft is written and the core checks the graph. `editLongestTaskMs2000` is the longest that the page could not be used in all of this.',
        'JavaScript is counted as it was transferred (brotli), all that was asked for before the first paint.',
      ],
    };
  } finally {
    await browser.close();
    bare.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const worst = (moved: readonly Moves[], what: string): number =>
  Math.max(...moved.filter((one) => one.what.startsWith(what)).map(({ ours, theirs }) => ours / theirs));

interface Places {
  readonly browser: Browser;
  readonly kiln: string;
  readonly bare: string;
}

/** Both sides with one graph. */
async function sides({ browser, kiln, bare }: Places, size: { nodes: number; links: number }) {
  const graph = editorGraph(size.nodes, size.links);
  const [ours, theirs] = [await newPage(browser), await newPage(browser)];
  await showGraphView(ours.page, kiln);
  await openInKiln(ours.page, graph);
  const box = (await kilnCanvas(ours.page).boundingBox())!;
  const views = viewsOf(graph, box);
  const both = [kilnSide(ours.page, views), await bareSide(theirs.page, bare, graph, box)] as const;
  say(`${size.nodes} nodes are open on both sides`);
  const moved = await moves({ browser, graph, box, views, sides: both, rounds });
  say(`${size.nodes} nodes: moved`);
  await theirs.context.close();
  await both[0].look(views.close);
  const edited: Edits = await edits(browser, ours.page, textNodeIn(graph, box, views.close));
  say(`${size.nodes} nodes: edited`);
  const grownBytes = size === small ? await heapGrowthBytes(ours.page) : null;
  await ours.context.close();
  return { moved, edited, grownBytes };
}

const say = (what: string): void => console.error(`${new Date().toISOString()} ${what}`);
