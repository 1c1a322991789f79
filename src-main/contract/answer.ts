import type { z } from 'zod';
import { AppError, failed, ok, problem, problemsOfError, type Result } from '../model/errors.ts';
import { own } from '../model/json.ts';
import { turns } from '../model/turns.ts';
import { type Call, calls, type Handlers, isCallName } from './calls.ts';

type Checked = { success: true; data: unknown } | { success: false; issues: readonly z.core.$ZodIssue[] };

/** So many entries of a long list are checked at once. */
const pieceEntries = 128;

/** Against the call's schema: at once, and a long list piece by piece, with the other arguments beside each. */
async function check({ args: schema, longList }: Call<z.ZodType, unknown>, args: object): Promise<Checked> {
  const of = (given: unknown): Checked => {
    const found = schema.safeParse(given);
    return found.success ? found : { success: false, issues: found.error.issues };
  };
  const list = longList && own(args as Record<string, unknown>, longList.name);
  if (!longList || !Array.isArray(list) || list.length <= pieceEntries) return of(args);
  const { name, most } = longList;
  if (list.length > most) throw new AppError(problem('batch.tooMany', { count: list.length, limit: most }));
  let data: Record<string, unknown> = {};
  const entries: unknown[] = [];
  const turn = turns();
  for (let from = 0; from < list.length; from += pieceEntries) {
    if (turn.isOver) await turn.next();
    const found = of({ ...args, [name]: list.slice(from, from + pieceEntries) });
    if (!found.success) return { success: false, issues: found.issues.map((issue) => movedBy(issue, name, from)) };
    data = found.data as Record<string, unknown>;
    entries.push(...(data[name] as unknown[]));
  }
  return { success: true, data: { ...data, [name]: entries } };
}

/** An issue of a piece, at its place in the whole list. */
function movedBy(issue: z.core.$ZodIssue, list: string, by: number): z.core.$ZodIssue {
  const [name, index, ...rest] = issue.path;
  return name === list && typeof index === 'number' ? { ...issue, path: [name, index + by, ...rest] } : issue;
}

/**
 * One call as it arrived, whatever carried it: its name is looked up, its arguments are checked, its handler is asked,
 * and whatever goes wrong comes back as problems. `onBug` hears what nobody expected.
 */
export async function answer(
  handlers: Handlers,
  name: string,
  args: unknown,
  signal: AbortSignal,
  onBug: (error: unknown) => void,
): Promise<Result<unknown>> {
  if (!isCallName(name)) return failed([problem('call.unknown', { name })]);
  let checked: Checked;
  try {
    checked = await check(calls[name], args ?? {});
  } catch (error) {
    return failed(problemsOfError(error));
  }
  if (!checked.success) {
    const reason = checked.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.map(String).join('.') || 'arguments'}: ${message}`)
      .join('; ');
    return failed([problem('call.badArguments', { name, reason })]);
  }
  try {
    // The table of handlers has the same types as the table of calls; the compiler cannot follow that through a name.
    const handler = handlers[name] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
    return ok(await handler(checked.data, signal));
  } catch (error) {
    const problems = problemsOfError(error);
    if (problems.some(({ code }) => code === 'bug')) onBug(error);
    return failed(problems);
  }
}
