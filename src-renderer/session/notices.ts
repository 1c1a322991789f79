import { isCancelled, type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import { type Cell, cell } from './cell.ts';
import type { Timers } from './studio-calls.ts';

/** What can be done about something that was told, such as taking it back. */
export interface NoticeAction {
  readonly name: (texts: PageTexts) => string;
  readonly work: () => void;
}

/** Something to be told once: a sentence in whatever language is read, or what went wrong. */
export type Notice = { readonly id: number } & (
  | { readonly kind: 'said'; readonly say: (texts: PageTexts) => string; readonly action?: NoticeAction }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
);

export interface Notices {
  readonly list: Cell<readonly Notice[]>;
  /** With something to do about it, it stays longer. */
  say(say: (texts: PageTexts) => string, action?: NoticeAction): void;
  problems(problems: readonly Problem[]): void;
  /** Does something that a person asked for, and tells what went wrong. Answers whether it worked. */
  attempt(work: () => Promise<unknown>): Promise<boolean>;
  dismiss(id: number): void;
}

const saidMs = 4_000;
const offeredMs = 12_000;
const mostShown = 4;

export function notices({ setTimer }: Timers): Notices {
  const list = cell<readonly Notice[]>([]);
  let nextId = 1;
  const dismiss = (id: number): void => list.set(list.get().filter((notice) => notice.id !== id));
  const problems = (found: readonly Problem[]): void => {
    // The banner already says that nobody answers.
    const told = found.filter(({ code }) => code !== 'port.closed');
    if (told.length > 0)
      list.set([...list.get(), { id: nextId++, kind: 'problems', problems: told } as const].slice(-mostShown));
  };
  return {
    list,
    say(say, action) {
      const id = nextId++;
      list.set([...list.get(), { id, kind: 'said', say, ...(action ? { action } : {}) } as const].slice(-mostShown));
      setTimer(() => dismiss(id), action ? offeredMs : saidMs);
    },
    problems,
    async attempt(work) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isCancelled(error)) problems(problemsOfError(error));
        return false;
      }
    },
    dismiss,
  };
}
