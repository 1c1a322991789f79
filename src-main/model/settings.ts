import { z } from 'zod';
import { parseAffinity } from './affinity.ts';

// Every setting of the engine, in one place: its default, its limits, its unit, and whether it holds at once. What it
// is called and what it does stands in `texts/`, which does not compile without it. So a new setting is a line in
// `settingTable` and a line in each language, and the command line, the calls and the page have it.

export const settingGroups = ['queue', 'placement', 'memory', 'devices', 'notices', 'mail'] as const;
export type SettingGroup = (typeof settingGroups)[number];

export type SettingUnit = 'runs' | 'bytes' | 'ms' | 'threads' | 'lanes' | 'tries' | 'times' | 'port';

/** What a value looks like: how it is written, edited and complained of. */
export type SettingShape =
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly isWhole: boolean;
      readonly unit: SettingUnit;
      /** 0 leaves it to Kiln, whatever `min` says. */
      readonly zeroIsAutomatic: boolean;
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'text'; readonly most: number }
  | { readonly kind: 'list'; readonly of: 'web-address' | 'mail-address' | 'notice' | 'name'; readonly most: number }
  /** Bytes by a name, such as a device's. */
  | { readonly kind: 'sizes'; readonly min: number; readonly max: number }
  | { readonly kind: 'rules' }
  | { readonly kind: 'rules-by-pack' };

/** Whether a change holds at once, or for cores that start later. */
export type SettingTakes = 'now' | 'restart';

export interface Setting<T> {
  readonly group: SettingGroup;
  readonly takes: SettingTakes;
  /** Says where Kiln sends what: whoever reaches it from elsewhere may not change it. */
  readonly isGuarded: boolean;
  readonly shape: SettingShape;
  readonly schema: z.ZodType<T>;
  readonly default: T;
}

interface Way {
  readonly group: SettingGroup;
  readonly takes?: SettingTakes;
  readonly isGuarded?: true;
}

function setting<T>(shape: SettingShape, schema: z.ZodType<T>, value: T, way: Way): Setting<T> {
  const { group, takes = 'now', isGuarded } = way;
  return { group, takes, isGuarded: isGuarded === true, shape, schema, default: value };
}

interface NumberWay extends Way {
  readonly unit: SettingUnit;
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
  readonly zero?: 'automatic';
}

function number(value: number, { unit, min, max, isWhole = true, zero, ...way }: NumberWay): Setting<number> {
  const limited = z.number().min(min).max(max);
  const schema = isWhole ? limited.int() : limited;
  const zeroIsAutomatic = zero === 'automatic';
  const shape = { kind: 'number', min, max, isWhole, unit, zeroIsAutomatic } as const;
  return setting(shape, zeroIsAutomatic ? z.union([z.literal(0), schema]) : schema, value, way);
}

const choice = <const C extends readonly string[]>(choices: C, value: C[number], way: Way): Setting<C[number]> =>
  setting({ kind: 'choice', choices }, z.enum(choices) as unknown as z.ZodType<C[number]>, value, way);

const onOff = (value: boolean, way: Way): Setting<boolean> => setting({ kind: 'switch' }, z.boolean(), value, way);

/** One line; it reaches headers and addresses. */
const oneLine = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u);

const text = (way: Way, most = 200): Setting<string> => setting({ kind: 'text', most }, oneLine(most), '', way);

/** Without a name and a password, which would be shown wherever the address is. */
export function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** `somebody@example.com`, or `@example.com` for everybody there. */
export const isMailAddress = (text: string): boolean => /^[^\s@<>(),;:"\\]{0,64}@[^\s@<>(),;:"\\]{1,255}$/.test(text);

/** Where a notice may go: how, or one address. */
export const isNoticeTarget = (text: string): boolean =>
  ['desktop', 'webhook', 'email'].includes(text) ||
  isWebAddress(text) ||
  (isMailAddress(text) && !text.startsWith('@'));

const listItems = {
  'web-address': oneLine(2000).refine(isWebAddress),
  'mail-address': oneLine(320).refine(isMailAddress),
  notice: oneLine(2000).refine(isNoticeTarget),
  name: oneLine(200).min(1),
} as const;

const list = (of: keyof typeof listItems, way: Way, most = 50): Setting<readonly string[]> =>
  setting({ kind: 'list', of, most }, z.array(listItems[of]).max(most), [], way);

/** Bytes for each of some names: `cuda:0=8 GB, cpu=4 GB`. For settings of single devices. */
export const sizes = (min: number, way: Way, max = 1024 ** 5): Setting<Readonly<Record<string, number>>> =>
  setting({ kind: 'sizes', min, max }, z.record(oneLine(200).min(1), z.int().min(min).max(max)), {}, way);

/** A rule that cannot be read is complained of with its place in it: `affinity.malformed`. */
const ruleTexts = z.array(oneLine(2000)).max(200);

const rules = (way: Way): Setting<readonly string[]> => setting({ kind: 'rules' }, ruleTexts, [], way);
const rulesByPack = (way: Way): Setting<Readonly<Record<string, readonly string[]>>> =>
  setting({ kind: 'rules-by-pack' }, z.record(oneLine(200).min(1), ruleTexts), {}, way);

const gigabyte = 1024 ** 3;

export const settingTable = {
  /** How many later runs may start before a run that waits leads regardless. */
  patience: number(64, { group: 'queue', unit: 'runs', min: 1, max: 100_000 }),
  /** A run that was given no tier is fast when its device time is at most this. */
  fastMs: number(2_000, { group: 'queue', unit: 'ms', min: 0, max: 3_600_000 }),
  /** Rules of placement for every graph: `text-encoder=cpu`. */
  affinity: rules({ group: 'placement' }),
  /** And for the packs of these names, before those for every graph. */
  packAffinity: rulesByPack({ group: 'placement' }),
  /** Bytes on disk for results that can be computed again. */
  cacheBytes: number(4 * gigabyte, { group: 'memory', unit: 'bytes', min: 0, max: 1024 ** 5 }),
  /** Bytes of weights and scratch memory on the CPU; 0 takes half of the machine's memory. */
  cpuBudgetBytes: number(0, {
    group: 'memory',
    unit: 'bytes',
    min: 256 * 1024 ** 2,
    max: 1024 ** 5,
    zero: 'automatic',
    takes: 'restart',
  }),
  /** The same by device, where neither the driver nor half of the memory is right: `cuda:0=8 GB`. */
  budgetBytes: sizes(256 * 1024 ** 2, { group: 'memory', takes: 'restart' }),
  /** Packs that are loaded at the start and never leave: `PACK`, or `PACK@cuda:0` for a certain device. */
  hot: list('name', { group: 'memory' }),
  /** Threads of one call on the CPU; 0 takes the number of cores. */
  cpuThreads: number(0, { group: 'devices', unit: 'threads', min: 1, max: 1024, zero: 'automatic', takes: 'restart' }),
  /** Calls that the CPU computes at the same time while many runs wait: 0 for one with each thread, at most four; 1 for one with all. */
  cpuLanes: number(0, { group: 'devices', unit: 'lanes', min: 1, max: 64, zero: 'automatic', takes: 'restart' }),
  /** A job whose host was lost is tried this often in all. */
  attempts: number(3, { group: 'devices', unit: 'tries', min: 1, max: 20 }),
  /** A call that takes this many times its measured time counts as hung. */
  hangFactor: number(10, { group: 'devices', unit: 'times', min: 2, max: 10_000, isWhole: false }),
  /** And never sooner than this. */
  hangMs: number(10_000, { group: 'devices', unit: 'ms', min: 100, max: 86_400_000 }),
  /** Device work per lease. */
  leaseMs: number(100, { group: 'devices', unit: 'ms', min: 1, max: 10_000 }),

  /** Who is told when a quality or background run that says nothing about it has ended. */
  notify: list('notice', { group: 'notices' }, 8),
  /** The only addresses that webhooks go to; one that ends in `/` allows all below it. The first is `webhook`. */
  webhooks: list('web-address', { group: 'notices', isGuarded: true }),
  /** Whether those may be on this machine or in its own network. */
  webhookPrivate: onOff(false, { group: 'notices', isGuarded: true }),
  /** Where others reach this Kiln: links to pictures begin with it. */
  linkBase: list('web-address', { group: 'notices', isGuarded: true }, 1),
  /** The only addresses that mail goes to, `@example.com` for everybody there. The first is `email`. */
  emails: list('mail-address', { group: 'mail', isGuarded: true }),
  emailFrom: text({ group: 'mail', isGuarded: true }),
  emailLanguage: choice(['en', 'zh'], 'en', { group: 'mail' }),
  smtpHost: text({ group: 'mail', isGuarded: true }),
  smtpPort: number(587, { group: 'mail', unit: 'port', min: 1, max: 65_535, isGuarded: true }),
  /** `starttls` turns to TLS and goes on only then, `tls` speaks it from the start, `none` never. */
  smtpSecurity: choice(['starttls', 'tls', 'none'], 'starttls', { group: 'mail', isGuarded: true }),
  smtpUser: text({ group: 'mail', isGuarded: true }),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

export type SettingName = keyof typeof settingTable;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
export type Settings = { readonly [N in SettingName]: ValueOf<(typeof settingTable)[N]> };

export const settingNames = Object.keys(settingTable) as SettingName[];
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingTable, name);
export const settingOf = (name: SettingName): Setting<Settings[SettingName]> =>
  settingTable[name] as unknown as Setting<Settings[SettingName]>;

export const defaultSettings = Object.fromEntries(
  settingNames.map((name) => [name, settingTable[name].default]),
) as unknown as Settings;

/** What is kept apart from the settings, and shown to nobody: whether it is there is all that is told. */
export const secretTable = {
  /** Signs webhooks. */
  webhookSecret: { group: 'notices' },
  smtpPassword: { group: 'mail' },
} as const satisfies Readonly<Record<string, { readonly group: SettingGroup }>>;

export type SecretName = keyof typeof secretTable;
export const secretNames = Object.keys(secretTable) as SecretName[];
export const isSecretName = (name: string): name is SecretName => Object.hasOwn(secretTable, name);

/** Of settings and secrets, as people see them: beside one another. */
export const allNames: readonly (SettingName | SecretName)[] = [...settingNames, ...secretNames];
export const groupOf = (name: SettingName | SecretName): SettingGroup =>
  isSecretName(name) ? secretTable[name].group : settingTable[name].group;

/** `environment`: it is read from a variable of the core's environment, which has a value. */
export type SecretState = 'unset' | 'set' | 'environment' | 'missing';

/** A value as the file holds it. Whether rules name what is there is for others to say. */
export const fits = (name: SettingName, value: unknown): boolean => settingOf(name).schema.safeParse(value).success;

/** Rules as a person wrote them, one entry each; what cannot be read stays whole, so that it can be shown where. */
export const rulesFrom = (text: string): string[] => {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parseAffinity(text).mistakes.length > 0) return text.trim() === '' ? [] : [text.trim()];
  return parts.filter((part) => part !== '');
};
