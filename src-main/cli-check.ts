import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { openFileShelf } from './cli-file-values.ts';
import { openGraph, specs } from './cli-graph.ts';
import { shortText, withCore } from './cli-lists.ts';
import { makeRequests } from './cli-requests.ts';
import { problemsAsJson } from './cli-results.ts';
import type { Surroundings } from './cli-run.ts';
import { failed } from './model/errors.ts';
import { heldValue } from './model/held-values.ts';
import { applyOverrides, settables } from './model/overrides.ts';

/** `kiln check`: all that would keep the graph from running, or what it lets you set. No device is touched. */
export async function check({ args, sets, json }: Arguments, around: Surroundings): Promise<ExitCode> {
  const { terminal, texts, language, cwd } = around;
  const opened = await openGraph(args[0]!, cwd);
  const request = await makeRequests({ opened, sets, batch: null, times: 1, cwd, shelf: openFileShelf() });
  const { graph, complaints } = request;
  const overrides = request.overrides[0] ?? {};
  const planned =
    complaints.length > 0
      ? failed(complaints.map(({ problem }) => problem))
      : await withCore(around, (core) => core.check(graph, overrides));

  const problems = planned.ok ? [] : planned.problems;
  const warnings = planned.ok ? planned.value.warnings : [];
  const set = applyOverrides(graph, specs, overrides);
  const whole = set.ok ? set.value : graph;
  const inputs = settables(whole, specs);
  if (json) {
    const listed = inputs.map((item) => {
      const { name, node, input, label, exposed, spec } = item;
      return { name, node, input, label, exposed, kind: spec?.kind ?? null, value: heldValue(whole, specs, item) };
    });
    const [wrong, warned] = [problemsAsJson(problems, language), problemsAsJson(warnings, language)];
    terminal.data(
      JSON.stringify({ ok: planned.ok, title: graph.title, inputs: listed, problems: wrong, warnings: warned }),
    );
  }
  sayComplaints(around, withoutLine(problems), { graph });
  sayComplaints(around, withoutLine(warnings), { graph }, 'warning');
  if (!planned.ok) return exitCodes.badInput;
  terminal.say(texts.checked(graph.title));
  const offered = inputs.filter(({ exposed }) => exposed);
  if (!json)
    for (const item of offered.length > 0 ? offered : inputs)
      terminal.data(`${item.name}=${shortText(heldValue(whole, specs, item) ?? '')}`);
  return exitCodes.done;
}
