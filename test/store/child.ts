import { writeSync } from 'node:fs';
import { problemsOfError } from '../../src-main/model/errors.ts';
import type { ContentKey, NodeId, RunId, TensorId } from '../../src-main/model/ids.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';

/** A process of its own for tests: `child.ts work|open|fill HOME NAME`. It says on stdout what was acknowledged. */
const [, , what = '', home = '', name = ''] = process.argv;
const say = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);

const bytesOf = (seed: string, length: number): Uint8Array => {
  let state = [...seed].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
};

/** One run from its submission to its picture, each step acknowledged when its promise resolves. */
async function oneRun(store: Store, id: RunId): Promise<void> {
  const run = { id, title: 'T', tier: 'fast', submitter: 's', overrides: { n: id }, deterministic: false } as const;
  await store.runs.submit({ id: 'graph' }, [run]);
  say('run', id);
  store.runs.started(id);
  const ids = [`${id}/x`, `${id}/y`] as TensorId[];
  const bytes = new Map(ids.map((tensor, n) => [tensor, bytesOf(tensor, 1000 + n * 50_000)]));
  const outputs = Object.fromEntries(
    ids.map((tensor, n) => {
      const length = bytes.get(tensor)!.length;
      return [`out${n}`, { id: tensor, deviceId: 'cpu', dtype: 'uint8', shape: [length], bytes: length }];
    }),
  );
  await store.results.keep(`key ${id}` as ContentKey, outputs, bytes);
  say('result', id);
  const image = await store.images.add(bytesOf(id, 20_000), {
    runId: id,
    nodeId: 'save' as NodeId,
    index: 0,
    width: 8,
    height: 8,
    seed: '1',
    title: 'T',
    kept: true,
    mime: 'image/png',
    prompt: 'p',
  });
  say('image', id, image.digest);
  say('blob', id, await store.blobs.put(bytesOf(`blob ${id}`, 5000), 'file'));
  await store.runs.changed(id, 'done', [], [image], 5);
  say('done', id);
}

try {
  const store = await openStore({ home, onError: (error) => say('error', error) });
  say('open');
  if (what === 'open') await store.close();
  for (let n = 0; what === 'work'; n++) {
    await Promise.all(['a', 'b', 'c'].map((lane) => oneRun(store, `${name}-${n}${lane}` as RunId)));
  }
  for (let n = 0; what === 'fill'; n++) {
    const failed = await oneRun(store, `${name}-${n}` as RunId).then(
      () => null,
      (error: unknown) => error,
    );
    if (!failed) continue;
    say('problem', JSON.stringify(problemsOfError(failed)));
    await store.close();
    break;
  }
} catch (error) {
  say('problem', JSON.stringify(problemsOfError(error)));
  process.exit(1);
}
