import type { ErrorCode, Problem } from '../model/errors.ts';
import { type Language, languageOf } from '../texts/language.ts';
import { sayProblem } from '../texts/say.ts';

/** The first language that a browser or a script asks for. */
export const languageAsked = (header: string | undefined): Language =>
  languageOf(undefined, header?.split(',')[0]?.split(';')[0]);

/** A problem as scripts read it: with its sentences, and null where it has no place in a graph. */
export function spoken(problem: Problem, language: Language) {
  const { message, remedy } = sayProblem(problem, language);
  const { code, values, nodeId, input } = problem;
  return { code, values, message, remedy, node: nodeId ?? null, input: input ?? null };
}
export type SpokenProblem = ReturnType<typeof spoken>;

const statuses: Partial<Record<ErrorCode, number>> = {
  'request.unauthorized': 401,
  'request.foreign': 403,
  'call.unknown': 404,
  'run.missing': 404,
  'request.unknown': 404,
  // A graph names a file that was not uploaded.
  'image.missing': 409,
  'blob.wrongDigest': 409,
  'request.tooLarge': 413,
  'graph.tooLarge': 413,
  'file.tooLarge': 413,
  'batch.tooMany': 413,
  'request.tooMany': 429,
  'request.stopping': 503,
  'store.closed': 503,
  'port.closed': 503,
};
/** Nothing that another request would mend. */
const ours = ['bug', 'store', 'disk', 'folder', 'result', 'device.lost', 'device.outOfMemory'];

/** The status of an answer: that of its first problem. */
export function statusOf(problems: readonly Problem[]): number {
  const code = problems[0]?.code ?? 'bug';
  const isOf = (start: string) => code === start || code.startsWith(`${start}.`);
  return statuses[code] ?? (ours.some(isOf) ? 500 : isOf('run') ? 409 : 400);
}
