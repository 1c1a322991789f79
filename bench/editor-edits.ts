import type { Browser, Page } from 'playwright-core';
import { kilnCanvas } from './editor-pages.ts';
import { traced } from './page-trace.ts';
import { median } from './statistics.ts';

export interface Edits {
  /** ms of script that one edit costs, with all that follows it. */
  readonly scriptMs: number;
  /** ms of the longest task of an edit. */
  readonly longestTaskMs: number;
}

const count = 10;
/** ms after an edit until all that follows from it is done. */
const settled = 1500;

/** One character after the other in the prompt. */
export async function edits(browser: Browser, page: Page): Promise<Edits> {
  await page.bringToFront();
  await kilnCanvas(page).focus();
  await page.keyboard.press('Escape'); // nothing is selected: the form is beside the graph
  const prompt = page.getByLabel('Prompt', { exact: true });
  await prompt.focus();
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
    return {
      scriptMs: mine.reduce((sum, task) => sum + task.scriptMs, 0),
      longestTaskMs: Math.max(...mine.map(({ ms }) => ms)),
    };
  });
  if (each.length !== count) throw new Error(`${each.length} edits of ${count} were seen`);
  return {
    scriptMs: median(each.map(({ scriptMs }) => scriptMs)),
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
  const prompt = page.getByLabel('Prompt', { exact: true });
  const edit = (from: number, to: number) =>
    prompt.evaluate(
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
