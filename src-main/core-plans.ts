import { createHash } from 'node:crypto';
import type { GivenRules } from './engine/affinity-rules.ts';
import { type PlanRequest, packNames, plan } from './engine/plan.ts';
import { type Device, isSimulated } from './model/device.ts';
import { failed, type Problem, problem, type Result } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import type { DeviceId } from './model/ids.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import type { PackFacts } from './model/pack.ts';
import type { Packs } from './model/ports.ts';
import type { Plan } from './model/run.ts';
import type { Settings } from './model/settings.ts';

export type Planner = (graph: Graph, options?: PlanOptions) => Promise<Result<Plan>>;

export interface PlanOptions {
  /** The only device that the run may use. */
  readonly device?: DeviceId;
  readonly deterministic?: boolean;
}

/** A pack that was found in order so lately is not looked for again, which would cost more than planning. */
export const freshMs = 250;

/** Opens packs; many runs that are planned at about the same time look at the disk once. */
function opener(packs: Packs): (name: string) => Promise<Result<PackFacts>> {
  const lately = new Map<string, { readonly at: number; readonly found: Result<PackFacts> }>();
  return async (name) => {
    const before = lately.get(name);
    if (before && performance.now() - before.at < freshMs) return before.found;
    const at = performance.now();
    const found = await packs.open(name);
    if (found.ok) lately.set(name, { at, found });
    else lately.delete(name);
    return found;
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The rules of placement that the settings hold, the more special last. */
export const rulesIn = ({
  affinity,
  packAffinity,
}: Pick<Settings, 'affinity' | 'packAffinity'>): readonly GivenRules[] => [
  { from: 'settings', pack: '', rules: affinity },
  ...Object.entries(packAffinity).map(([pack, rules]) => ({ from: 'pack' as const, pack, rules })),
];

/** Makes plans: opens the packs that a graph names, then plans, which opens nothing. */
export function planner(
  catalog: Catalog,
  specs: NodeSpecs,
  packs: Packs,
  devices: readonly Device[],
  runtimeVersion: string,
  rules: () => readonly GivenRules[] = () => [],
): Planner {
  const open = opener(packs);
  return async (graph: Graph, { device, deterministic }: PlanOptions = {}): Promise<Result<Plan>> => {
    const problems: Problem[] = [];
    const allowed = device === undefined ? devices : devices.filter(({ id }) => id === device);
    if (allowed.length === 0)
      problems.push(problem('device.unknown', { device: device ?? '', known: devices.map(({ id }) => id).join(', ') }));
    const names = packNames(graph, specs);
    const opened = new Map<string, Result<PackFacts>>();
    for (const name of names) opened.set(name, await open(name));
    const salts = deterministic
      ? [
          `deterministic ${allowed.map(({ id, provider, threads }) => `${id} ${provider} ${threads}`).join(', ')} ${runtimeVersion}`,
        ]
      : [];
    // What a simulated device made must never be taken for a result.
    if (devices.some(isSimulated)) salts.push('simulated');
    const salt = salts.length > 0 ? { salt: salts.join(', ') } : {};
    const request: PlanRequest = {
      graph,
      catalog,
      specs,
      opened,
      packs,
      devices,
      rules: rules(),
      ...(device === undefined ? {} : { device }),
      hash: sha256,
      ...salt,
    };
    const made = plan(request);
    if (problems.length === 0) return made;
    return failed(made.ok ? problems : [...problems, ...made.problems]);
  };
}
