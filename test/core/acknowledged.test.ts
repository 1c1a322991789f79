import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openServedCore } from '../../src-main/core-served.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const graph = templates.textToImage();
const { signal } = new AbortController();

test('what a call did to a run is on disk when it is answered: cancelled, replaced, paused', async () => {
  const home = temporaryFolder();
  const core = await openServedCore({ home });
  onTestFinished(() => core.close());
  const { handlers } = core;
  const database = new Database(path.join(home, 'kiln.db'), { readonly: true });
  onTestFinished(() => void database.close());
  const found = database.prepare<[string], { state: string }>('SELECT state FROM runs WHERE id = ?');
  const submit = (runId: string, more: object = {}) =>
    handlers['runs.submit']({ graph, runs: [{ runId, overrides: {} }], times: 1, ...more } as never, signal);

  await handlers['queue.pause']({}, signal);
  for (let n = 0; n < 20; n++) {
    await submit(`cancelled-${n}`);
    await handlers['runs.cancel']({ runIds: [`cancelled-${n}` as never] }, signal);
    expect(found.get(`cancelled-${n}`)?.state).toBe('cancelled');
    await submit(`replaced-${n}`);
    expect(found.get(`replaced-${n}`)?.state).toBe('queued');
    await submit(`paused-${n}`, { replaces: `replaced-${n}` });
    expect(found.get(`replaced-${n}`)?.state).toBe('cancelled');
    await handlers['runs.pause']({ runIds: [`paused-${n}` as never] }, signal);
    expect(found.get(`paused-${n}`)?.state).toBe('paused');
  }
});
