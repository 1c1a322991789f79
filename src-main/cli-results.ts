import type { FinishedRun } from './cli-follow.ts';
import type { OutputFolder } from './cli-output-files.ts';
import type { Core } from './core.ts';
import { AppError, type Problem, problem } from './model/errors.ts';
import type { RunImage } from './model/run.ts';
import type { Language } from './texts/language.ts';
import { sayProblem } from './texts/say.ts';

export interface ResultsAsked {
  readonly core: Pick<Core, 'picture'>;
  readonly output: OutputFolder | null;
  readonly json: boolean;
  readonly language: Language;
  readonly print: (line: string) => void;
  /** A picture could not be written; further ones will fare no better. */
  readonly failed: () => void;
}

export interface Results {
  add(run: FinishedRun): void;
  /** When everything that was added is written and printed: pictures that were kept, and what went wrong. */
  end(): Promise<{ readonly pictures: number; readonly problems: readonly Problem[] }>;
}

interface Written {
  readonly image: RunImage;
  readonly path: string | null;
}

/** Problems as programs read them. */
export const problemsAsJson = (problems: readonly Problem[], language: Language) =>
  problems.map((found) => {
    const { message, remedy } = sayProblem(found, language);
    return { code: found.code, message, remedy, node: found.nodeId ?? null, input: found.input ?? null };
  });

const runLine = (
  { runId, state, ms }: FinishedRun,
  images: readonly Written[],
  problems: readonly Problem[],
  language: Language,
): string =>
  JSON.stringify({
    type: 'run.finished',
    runId,
    state,
    ms: Math.round(ms),
    images: images.map(({ image, path }) => ({
      path,
      width: image.width,
      height: image.height,
      sha256: image.digest,
      seed: image.seed,
      node: image.nodeId,
    })),
    ...(problems.length > 0 ? { problems: problemsAsJson(problems, language) } : {}),
  });

/** Writes pictures one after the other as runs finish, and prints in the order of submission, so that line n is run n. */
export function writeResults({ core, output, json, language, print, failed }: ResultsAsked): Results {
  const ready = new Map<number, readonly string[]>();
  const problems: Problem[] = [];
  let printed = 0;
  let pictures = 0;
  let last = Promise.resolve();

  async function write(image: RunImage, to: OutputFolder): Promise<string> {
    const bytes = await core.picture(image.digest);
    if (!bytes) throw new AppError(problem('result.broken', { digest: image.digest }));
    return to.write(image, bytes);
  }

  async function collect(run: FinishedRun): Promise<void> {
    const own: Problem[] = [];
    const written: Written[] = [];
    // A graph that keeps nothing was run for its previews.
    const kept = run.images.filter((image) => image.kept);
    for (const image of kept.length > 0 ? kept : run.images) {
      let path: string | null = null;
      try {
        if (output && own.length === 0) path = await write(image, output);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        own.push(...error.problems);
        failed();
      }
      written.push({ image, path });
    }
    pictures += kept.length;
    problems.push(...own);
    const paths = written.flatMap(({ path }) => path ?? []);
    ready.set(run.place, json ? [runLine(run, written, [...run.problems, ...own], language)] : paths);
    for (let lines = ready.get(printed); lines; lines = ready.get(printed)) {
      lines.forEach(print);
      ready.delete(printed++);
    }
  }

  return {
    add(run) {
      last = last.then(() => collect(run));
      last.catch(failed); // told by end(); until then nobody waits for it
    },
    async end() {
      await last;
      return { pictures, problems };
    },
  };
}
