import type { Browser, Locator, Page } from 'playwright-core';
import type { Place } from './editor-pages.ts';
import { traced } from './page-trace.ts';
import { median } from './statistics.ts';

export interface Edits {
  /** ms of script until the change is drawn. */
  readonly scriptMs: number;
  /** ms of script of what follows: the draft and the check by the core. */
  readonly laterScriptMs: number;
  /** ms of the longest task of all of it. */
  readonly longestTaskMs: number;
}

/** ms in which a change is drawn, and before anything follows. */
const drawnWithin = 200;

/** Beside the graph, of the node that is selected. */
const textOf = (page: Page): Locator => page.locator('.inspector textarea');
const count = 10;
/** ms after an edit until all that follows from it is done. */
const settled = 1500;

/** One character after the other in the text of the node whose title is at `place`. */
export async function edits(browser: Browser, page: Page, place: Place): Promise<Edits> {
  await page.bringToFront();
  await page.mouse.click(...place);
  await textOf(page).focus();
  await page.keyboard.press('x');
  await page.waitForTimeout(settled);
  const { tasks, inputs } = await traced(browser, page, async () => {
    for (let i = 0; i <= count; i++) {
      await page.keyboard.press('x');
      await page.waitForTimeout(settled);
    }
  });
  const starts = inputs.filter(({ type }) => type === 'keydown').map(({ startMs }) => startMs);
  const each = starts.slice(0, -1).map((start, i) => {
    const mine = tasks.filter(({ startMs, ms }) => startMs + ms > start && startMs + ms <= starts[i + 1]!);
    const script = (of: typeof mine) => of.reduce((sum, task) => sum + task.scriptMs, 0);
    return {
      scriptMs: script(mine.filter(({ startMs }) => startMs < start + drawnWithin)),
      laterScriptMs: script(mine.filter(({ startMs }) => startMs >= start + drawnWithin)),
      longestTaskMs: Math.max(...mine.map(({ ms }) => ms)),
    };
  });
  if (each.length !== count) throw new Error(`${each.length} edits of ${count} were seen`);
  return {
    scriptMs: median(each.map(({ scriptMs }) => scriptMs)),
    laterScriptMs: median(each.map(({ laterScriptMs }) => laterScriptMs)),
    longestTaskMs: median(each.map(({ longestTaskMs }) => longestTaskMs)),
  };
}

const grownBy = 1000;

/** What the heap grew by over 1,000 edits, each a step of its own, after collecting; they can all be undone. */
export async function heapGrowthBytes(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  const used = async (): Promise<number> => {
    for (let i = 0; i < 3; i++) await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const edit = (from: number, to: number) =>
    textOf(page).evaluate(
      async (field, [first, last]) => {
        const area = field as unknown as { focus(): void; blur(): void; dispatchEvent(event: Event): void };
        const { prototype } = (globalThis as never as { HTMLTextAreaElement: { prototype: object } })
          .HTMLTextAreaElement;
        const { set } = Object.getOwnPropertyDescriptor(prototype, 'value')!;
        for (let i = first!; i < last!; i++) {
          area.focus();
          set!.call(field, `a red fox, picture ${i}`);
          area.dispatchEvent(new Event('input', { bubbles: true }));
          area.blur();
          await new Promise((resolve) => (globalThis as never as Frames).requestAnimationFrame(resolve));
        }
      },
      [from, to],
    );
  await edit(0, 100);
  await page.waitForTimeout(settled);
  const before = await used();
  await edit(100, 100 + grownBy);
  await page.waitForTimeout(settled);
  return (await used()) - before;
}

interface Frames {
  requestAnimationFrame(then: (value: unknown) => void): void;
}
