import type { Comparison, Measured } from './comparison.ts';

// A file of recorded vectors is an object: under some keys lie cases, in a list or by name; the others hold what the
// cases refer to.

// biome-ignore lint/suspicious/noExplicitAny: numbers and words by their names, as the reference recorded them.
export type Recorded = Record<string, any>;

/** Kiln has nothing that could be compared. The message says what is missing. */
export class NotSupported extends Error {}

/** The cases under one key of a file. */
export interface Group {
  /** What tells a case from its neighbours; those of an object have their key besides. */
  readonly name?: (entry: Recorded) => string;
  /** Fields that describe a case and have nothing to compare. */
  readonly said?: readonly string[];
  /** `key`: where the entry lies in its list or object. Throws `NotSupported`. */
  compare(entry: Recorded, file: Recorded, key: string): readonly Measured[] | Promise<readonly Measured[]>;
}

export interface Subject {
  /** The file's usual name. */
  readonly file: string;
  readonly format: string;
  readonly groups: Readonly<Record<string, Group>>;
  /** Keys whose values cases refer to. */
  readonly around: readonly string[];
}

/** Whether an object holds vectors of this subject. */
export function isOf({ format, groups }: Subject, file: unknown): file is Recorded {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return false;
  const said = (file as Recorded).format;
  return typeof said === 'string' ? said === format : Object.keys(groups).some((key) => key in file);
}

/** Compares every case of a file, or those whose id fits `only`. A field that nothing of Kiln reads is not passed over. */
export async function* comparisonsOf(
  { groups, around }: Subject,
  file: Recorded,
  only: RegExp | null = null,
): AsyncGenerator<Comparison> {
  for (const [key, entries] of Object.entries(file)) {
    if (around.includes(key) || typeof entries !== 'object' || entries === null) continue;
    const group = groups[key] ?? unknownGroup(key);
    for (const [place, entry] of Object.entries(entries as Recorded)) {
      const name = group.name?.(entry);
      const id = `${key}/${place}${name === undefined ? '' : ` ${name}`}`;
      if (only && !only.test(id)) continue;
      yield* compared(id, group, entry, file, place);
    }
  }
}

const unknownGroup = (key: string): Group => ({
  compare: () => {
    throw new NotSupported(`nothing is known of cases under "${key}"`);
  },
});

async function* compared(
  id: string,
  { compare, said = [] }: Group,
  entry: Recorded,
  file: Recorded,
  place: string,
): AsyncGenerator<Comparison> {
  try {
    const { given, unread } = watched(entry);
    const measured = await compare(given, file, place);
    const left = unread().filter((field) => !said.includes(field));
    if (left.length > 0) throw new NotSupported(`nothing takes ${left.map((field) => `"${field}"`).join(', ')}`);
    if (measured.length === 0) throw new NotSupported('there is nothing in it to compare');
    for (const one of measured) yield { id, ...one };
  } catch (error) {
    if (error instanceof NotSupported) yield { id, unsupported: error.message };
    // What Kiln throws at a case that the reference has numbers for is a difference, and its message the way to it.
    else yield { id, tensor: `threw ${(error as Error).message}`, difference: Number.POSITIVE_INFINITY, tolerance: 0 };
  }
}

function watched(entry: Recorded): { readonly given: Recorded; readonly unread: () => readonly string[] } {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return { given: entry, unread: () => [] };
  const read = new Set<string | symbol>();
  const given = new Proxy(entry, {
    get(target, field) {
      read.add(field);
      return target[field as string];
    },
  });
  return { given, unread: () => Object.keys(entry).filter((field) => !read.has(field)) };
}

/** What `of` makes of a node's inputs, each of which it has to take. */
export function takingAll<T>(inputs: Recorded, of: (inputs: Recorded) => T): T {
  const { given, unread } = watched(inputs);
  const made = of(given);
  const left = unread();
  if (left.length > 0)
    throw new NotSupported(`nothing takes the input ${left.map((input) => `"${input}"`).join(', ')}`);
  return made;
}

/** Numbers, where the file writes what is no finite number as a text. */
export const numbers = (list: readonly (number | string)[]): number[] => list.map(Number);

/** One of a table by its name. */
export function named<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (!Object.hasOwn(table, name)) throw new NotSupported(`there is no ${what} "${name}"`);
  return table[name]!;
}
