import { readBatchFile } from './cli-batch-file.ts';
import { type ExitCode, exitCodes, sayComplaints } from './cli-complaints.ts';
import { openFileShelf } from './cli-file-values.ts';
import { openGraph } from './cli-graph.ts';
import type { QueueAsked, QueueUse } from './cli-queue-action.ts';
import { graphAsJson, submitterName } from './cli-remote.ts';
import { makeRequests } from './cli-requests.ts';
import { fail, unwrap } from './model/errors.ts';
import { newId, type RunId } from './model/ids.ts';
import type { Json } from './model/json.ts';

/** `kiln queue add FILE`: as `kiln run`, but nobody waits for it. Prints the ids of the runs. */
export async function add({ words, args, around }: QueueAsked): Promise<QueueUse | ExitCode> {
  const { cwd, texts, terminal } = around;
  const command = 'kiln queue add';
  const [file, more] = words;
  if (file === undefined) return fail('argument.missing', { command, argument: 'FILE' });
  if (more !== undefined) fail('argument.unexpected', { command, argument: more });
  const opened = await openGraph(file, cwd);
  const batch = args.batch === null ? null : { file: args.batch, lines: await readBatchFile(args.batch, cwd, texts) };
  const shelf = openFileShelf();
  const requests = await makeRequests({ opened, sets: args.sets, batch, times: args.times, cwd, shelf });
  const { graph, overrides, complaints } = requests;
  if (complaints.length > 0) {
    sayComplaints(around, complaints, { graph, batch: args.batch });
    return exitCodes.badInput;
  }
  if (requests.allEqual) terminal.say(`${terminal.paint('yellow', texts.warning)}: ${texts.noSeed(args.times)}`);
  return async (core) => {
    await shelf.upload(core);
    const taken = unwrap(
      await core.call('runs.submit', {
        graph: graphAsJson(graph),
        runs: overrides.map((values) => ({
          runId: newId<RunId>('run'),
          overrides: { ...values } as Record<string, Json>,
        })),
        submitter: submitterName(),
        ...(args.tier === null ? {} : { tier: args.tier }),
        ...(args.device === null ? {} : { device: args.device }),
        ...(args.notify === null ? {} : { notify: [...args.notify] }),
      }),
    );
    for (const run of taken) terminal.data(args.json ? JSON.stringify(run) : run.runId);
    terminal.say(terminal.paint('dim', texts.queue.added(taken.length)));
    return exitCodes.done;
  };
}
