import { expect, test } from 'vitest';
import { commandIds, commands, conflictsOf, normal } from '../../src-renderer/session/commands.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import type { Storage } from '../../src-renderer/session/storage.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

test('no two commands have the same keys to begin with', () => {
  expect([...conflictsOf(commands(preferences(memory(), 'en')).bindings.get())]).toEqual([]);
});

test('a command is done by whoever spoke last, and by nobody once they are gone', () => {
  const orders = commands(preferences(memory(), 'en'));
  const done: string[] = [];
  expect(orders.run('graph.undo')).toBe(false);
  const first = orders.handle({ 'graph.undo': () => done.push('first') });
  const second = orders.handle({ 'graph.undo': () => done.push('second'), 'graph.add': () => done.push('add') });
  expect(orders.available.get()).toEqual(['graph.undo', 'graph.add']);
  expect(orders.run('graph.undo')).toBe(true);
  second();
  orders.run('graph.undo');
  first();
  expect(orders.run('graph.undo')).toBe(false);
  expect(done).toEqual(['second', 'first']);
  expect(orders.available.get()).toEqual([]);
});

test('keys that a person chose are kept, told of where they clash, and given up again', () => {
  const storage = memory();
  const orders = commands(preferences(storage, 'en'));
  orders.bind('graph.redo', ['$mod+z']);
  const again = commands(preferences(storage, 'en'));
  expect(again.bindings.get()['graph.redo']).toEqual(['$mod+z']);
  expect([...conflictsOf(again.bindings.get())]).toEqual([
    ['graph.undo', ['graph.redo']],
    ['graph.redo', ['graph.undo']],
  ]);
  again.bind('graph.redo', null);
  expect(again.bindings.get()['graph.redo']).toEqual(['$mod+Shift+z', '$mod+y']);
});

test('presses are equal whatever they are written like', () => {
  expect(normal('Shift+$mod+KeyZ')).toBe(normal('$mod+Shift+z'));
  expect(normal('Digit1')).toBe(normal('1'));
  expect(new Set(commandIds).size).toBe(commandIds.length);
});
