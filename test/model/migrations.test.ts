import { afterAll, expect, test, vi } from 'vitest';
import { unwrap } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { formatVersion, type Migration, migrate, migrations } from '../../src-main/model/migrations.ts';

const note = (name: string): Migration => ({
  name,
  up: (graph) => ({ ...graph, title: `${graph.title ?? ''}${name} ` }),
});
const list = ['first', 'second', 'third'].map(note);

// Each migration there is gets a test with a literal before and after; this one fails for those that have none.
const watched = migrations.map((migration) => ({ ...migration, up: vi.fn(migration.up) }));

afterAll(() => {
  for (const { name, up } of watched) expect(up, `no test runs the migration ${name}`).toHaveBeenCalled();
});

test('a version is the number of migrations before it, plus one', () => {
  expect(formatVersion([])).toBe(1);
  expect(formatVersion(list)).toBe(4);
  expect(formatVersion()).toBe(migrations.length + 1);
});

test.each([
  [1, 'first second third '],
  [2, 'second third '],
  [3, 'third '],
  [4, ''],
])('from version %i those that came later run, in order', (version, title) => {
  expect(migrate({ title: '' }, version, list)).toEqual({ title, version: 4 });
});

test('what is migrated is left as it was', () => {
  const before = { title: '', version: 1 };
  migrate(before, 1, list);
  expect(before).toEqual({ title: '', version: 1 });
});

test('a file of an older version is read as the newest one', () => {
  const text = JSON.stringify({ format: 'kiln', version: 2, title: '' });
  expect(unwrap(readGraph(text, { name: 'test', migrations: list }))).toMatchObject({
    version: 4,
    title: 'second third ',
  });
});

test('a file of the version after the newest one is refused', () => {
  const text = JSON.stringify({ format: 'kiln', version: 5 });
  expect(readGraph(text, { name: 'test', migrations: list })).toMatchObject({
    ok: false,
    problems: [{ code: 'graph.newer', values: { version: 5, known: 4 } }],
  });
});

test('names say what became of the file, each once', () => {
  const names = watched.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
