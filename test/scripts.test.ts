import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isNewEnough, pinnedFor } from '../scripts/node-version.mjs';

test('a Node that strips types is new enough, an older one is not', () => {
  expect(['v16.20.0', 'v20.20.2', 'v22.17.9'].map(isNewEnough)).toEqual([false, false, false]);
  expect(['v22.18.0', 'v24.0.0', 'v26.1.0'].map(isNewEnough)).toEqual([true, true, true]);
});

test('every platform with a current package has one pinned, Apple Silicon has none', () => {
  expect(pinnedFor('linux', 'x64')?.version).toBe('24.21.0');
  expect(pinnedFor('darwin', 'arm64')).toBeUndefined();
});

test('THIRD-PARTY.md is what npm run third-party writes, and every licence is one we can live with', () => {
  const script = path.resolve(import.meta.dirname, '../scripts/third-party.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
