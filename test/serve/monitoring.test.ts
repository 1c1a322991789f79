import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import parse from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Event } from '../../src-main/model/events.ts';
import type { BatchId, DeviceId, PartKey, RunId } from '../../src-main/model/ids.ts';
import { served } from './served.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

const folder = path.resolve(import.meta.dirname, '../../deploy/monitoring');
const textOf = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const { groups } = parseYaml(textOf('alerts.yml')) as { groups: readonly { name: string; rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf('grafana-dashboard.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** Words of PromQL that are neither functions nor metrics. */
const operators = new Set(['and', 'or', 'unless', 'bool', 'offset', 'by', 'on', 'without', 'ignoring']);
/** Made by Prometheus itself for each target. */
const ofPrometheus = ['up'];
const prometheusLabels = ['job', 'instance', 'le'];

/** Metrics that an expression reads, and labels that it tells them apart by. */
function namesIn(expr: string): { metrics: string[]; labels: string[] } {
  const bare = expr.replace(/"[^"]*"/g, '""');
  const labels: string[] = [];
  const take = (_all: string, list: string) => {
    labels.push(...[...list.matchAll(/[a-z_]+/g)].map(([label]) => label));
    return ' ';
  };
  const rest = bare
    .replace(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g, take)
    .replace(/\{([^}]*)\}/g, take)
    .replace(/\[[^\]]*\]/g, ' ');
  const words = [...rest.matchAll(/\b([a-z_][a-z_0-9]*)\b(?!\s*\()/g)].map(([word]) => word);
  return { metrics: words.filter((word) => !operators.has(word)), labels };
}

/** Something of each kind has happened, so that each series is there. */
const events: readonly Event[] = [
  {
    type: 'batch.finished',
    batchId: 'batch_1' as BatchId,
    deviceId: 'sim:0' as DeviceId,
    part: 'denoiser@abc' as PartKey,
    rows: 2,
    runs: ['run_1' as RunId],
    startMs: 0,
    ms: 5,
  },
  {
    type: 'part.loaded',
    part: 'denoiser@abc' as PartKey,
    deviceId: 'sim:0' as DeviceId,
    bytes: 100,
    startMs: 0,
    ms: 5,
  },
  { type: 'tensors.brought', deviceId: 'sim:0' as DeviceId, from: null, count: 1, bytes: 10 },
];

/** What a served core exports: histograms by the names of their series. */
async function exported(): Promise<{ metrics: Set<string>; labels: Set<string> }> {
  const { at, core } = await served();
  events.forEach(core.emit);
  const text = await (await fetch(`${at}/metrics`)).text();
  const metrics = parse(text).flatMap(({ name, type }) =>
    type === 'HISTOGRAM' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  );
  const labels = [...text.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label!);
  // A series of which nothing has happened yet has no labels in the text: failures by code, waits by tier.
  return { metrics: new Set(metrics), labels: new Set([...labels, 'code', 'tier']) };
}

test('names are found in PromQL, words of the language are not', () => {
  const expr = 'sum by (tier, le) (rate(a_bucket{state="x", tier=~"b|c"}[5m])) / d > 0.9 and on (job) e == 0';
  expect(namesIn(expr)).toEqual({ metrics: ['a_bucket', 'd', 'e'], labels: ['tier', 'le', 'job', 'state', 'tier'] });
});

test('alert rules and panels read what a served core exports, and nothing else', async () => {
  const { metrics, labels } = await exported();
  const expressions = [
    ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
    ...panels.flatMap(({ title, targets }) => targets!.map(({ expr }) => ({ where: title, expr }))),
    ...dashboard.templating.list
      .filter(({ query }) => query.startsWith('label_values('))
      .map(({ name, query }) => ({ where: name, expr: /\((.*),/.exec(query)![1]! })),
  ];
  const unknown = expressions.flatMap(({ where, expr }) => {
    const found = namesIn(expr);
    expect(found.metrics, where).not.toEqual([]);
    return [
      ...found.metrics.filter((name) => !metrics.has(name) && !ofPrometheus.includes(name)),
      ...found.labels.filter((name) => !labels.has(name) && !prometheusLabels.includes(name)),
    ].map((name) => `${where}: ${name}`);
  });
  expect(unknown).toEqual([]);
});

test('every alert waits before it cries, says how bad it is, what is wrong and what to do', () => {
  for (const { alert, for: wait, labels, annotations } of rules) {
    expect(alert).toMatch(/^Kiln[A-Za-z]+$/);
    expect(wait, alert).toMatch(/^\d+[mh]$/);
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary.length, alert).toBeGreaterThan(20);
    expect(annotations.description.length, alert).toBeGreaterThan(60);
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

/** Prometheus's own tool, where somebody has installed it. */
const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
const hasPromtool = promtool('--version').status === 0;

test(`the rules have tests, of alerts that exist${hasPromtool ? ', and promtool passes them' : ''}`, () => {
  const tried = [...textOf('alerts.test.yml').matchAll(/alertname="(\w+)"/g)].map(([, name]) => name!);
  const known = rules.map(({ alert }) => alert);
  expect(tried.length).toBeGreaterThan(5);
  expect(tried.filter((name) => !known.includes(name))).toEqual([]);
  if (!hasPromtool) return;
  expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0 });
  expect(promtool('test', 'rules', 'alerts.test.yml')).toMatchObject({ status: 0 });
});

test('every panel says what it shows, and none lies on another', () => {
  for (const { title, description } of panels) expect(description?.length ?? 0, title).toBeGreaterThan(20);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

test('the handbook names every alert and every panel', () => {
  const page = readFileSync(path.resolve(folder, '../../docs/monitoring.md'), 'utf8');
  const missing = [...rules.map(({ alert }) => alert), ...panels.map(({ title }) => title)].filter(
    (name) => !page.includes(name),
  );
  expect(missing).toEqual([]);
});
