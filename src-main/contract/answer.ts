import { failed, ok, problem, problemsOfError, type Result } from '../model/errors.ts';
import { calls, type Handlers, isCallName } from './calls.ts';

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
  const checked = calls[name].args.safeParse(args ?? {});
  if (!checked.success) {
    const reason = checked.error.issues
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
