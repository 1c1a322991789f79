import { produce } from 'immer';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { newId, type RunId } from '../../src-main/model/ids.ts';
import { maxSeed, seedPlus } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { NodeSpecs } from '../../src-main/model/node-spec.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { type Cell, cell } from './cell.ts';
import { type Field, fieldsOf, valueIn } from './fields.ts';
import { readJson, type Storage, writeJson } from './storage.ts';

/** What a person set in the form of a graph. */
export interface FormState {
  /** Only what differs from the graph. */
  readonly values: Overrides;
  /** Seeds that stay as they are from run to run. */
  readonly locked: Readonly<Record<string, true>>;
  /** What the core says about graph and values. */
  readonly problems: readonly Problem[];
}

/** A graph that is open: the file's graph, and the values of its form, kept as a draft at every change. */
export interface OpenGraph {
  readonly graph: Graph;
  readonly specs: NodeSpecs;
  readonly fields: readonly Field[];
  readonly form: Cell<FormState>;
  set(name: string, value: Json): void;
  /** Takes over the values of a run; what it did not set is as in the graph. */
  use(values: Overrides): void;
  reset(): void;
  lock(name: string, locked: boolean): void;
  newSeed(name: string): void;
  setProblems(problems: readonly Problem[]): void;
  /** Values and ids of the next runs. Unlocked seeds are drawn anew and shown; locked ones count up. */
  nextRuns(times: number): { readonly runId: RunId; readonly overrides: Overrides }[];
}

export interface OpenGraphOptions {
  readonly graph: Graph;
  readonly specs: NodeSpecs;
  readonly storage: Storage;
  readonly newSeed?: () => string;
}

export const draftKey = (graph: Graph): string => `kiln.draft.${graph.id}`;

/** Short enough to be read out, and for other programs that read it as a number. */
const randomSeed = (): string => String(globalThis.crypto.getRandomValues(new Uint32Array(1))[0]);

export function openGraph({ graph, specs, storage, newSeed = randomSeed }: OpenGraphOptions): OpenGraph {
  const fields = fieldsOf(graph, specs);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const seeds = fields.filter(({ spec }) => spec.kind === 'seed');
  const form = cell<FormState>(draftOf(readJson(storage, draftKey(graph)), byName));

  const change = (recipe: (draft: { values: Record<string, Json>; locked: Record<string, true> }) => void): void => {
    const next = produce(form.get(), recipe as (draft: object) => void);
    if (next === form.get()) return;
    form.set(next);
    const { values, locked } = next;
    const isEmpty = Object.keys(values).length + Object.keys(locked).length === 0;
    writeJson(storage, draftKey(graph), isEmpty ? null : { values, locked });
  };

  const put = (values: Record<string, Json>, name: string, value: Json): void => {
    const field = byName.get(name);
    if (!field) return;
    if (JSON.stringify(value) === JSON.stringify(field.otherwise)) delete values[name];
    else values[name] = value;
  };

  return {
    graph,
    specs,
    fields,
    form,
    set: (name, value) => change(({ values }) => put(values, name, value)),
    use: (given) =>
      change((draft) => {
        draft.values = {};
        for (const [name, value] of Object.entries(given)) put(draft.values, name, value);
        // A person who wants these values wants this picture, not another one.
        for (const { name } of seeds) if (Object.hasOwn(given, name)) draft.locked[name] = true;
      }),
    reset: () =>
      change((draft) => {
        draft.values = {};
        draft.locked = {};
      }),
    lock: (name, locked) =>
      change((draft) => {
        if (locked) draft.locked[name] = true;
        else delete draft.locked[name];
      }),
    newSeed: (name) => change(({ values }) => put(values, name, newSeed())),
    setProblems: (problems) => form.set({ ...form.get(), problems }),
    nextRuns(times) {
      const drawn = Array.from({ length: times }, () => Object.fromEntries(seeds.map(({ name }) => [name, newSeed()])));
      change(({ values, locked }) => {
        for (const { name } of seeds) if (!locked[name]) put(values, name, drawn[0]![name]!);
      });
      const { values, locked } = form.get();
      return drawn.map((fresh, i) => {
        const own = seeds.map((field): [string, Json] => {
          const shown = String(valueIn(field, values));
          return [
            field.name,
            locked[field.name] && isSeed(shown) ? seedPlus(shown, i) : locked[field.name] ? shown : fresh[field.name]!,
          ];
        });
        return { runId: newId<RunId>('run'), overrides: { ...values, ...Object.fromEntries(own) } };
      });
    },
  };
}

export const isSeed = (text: string): boolean => /^\d{1,20}$/.test(text) && BigInt(text) <= maxSeed;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A draft as it was kept, without what this graph no longer offers. */
function draftOf(kept: unknown, fields: ReadonlyMap<string, Field>): FormState {
  const known = (part: unknown) => (isRecord(part) ? Object.entries(part).filter(([name]) => fields.has(name)) : []);
  const draft = isRecord(kept) ? kept : {};
  return {
    values: Object.fromEntries(known(draft.values)) as Overrides,
    locked: Object.fromEntries(known(draft.locked).map(([name]) => [name, true as const])),
    problems: [],
  };
}
