import type { Handlers } from './contract/calls.ts';
import { fail } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Store } from './store/store.ts';

type PictureCalls = 'images.list' | 'images.filters' | 'images.remove' | 'images.restore' | 'images.use';

/** Calls about the pictures that are kept. */
export function pictureHandlers({
  store,
  emit,
}: {
  readonly store: Store;
  readonly emit: (event: Event) => void;
}): Pick<Handlers, PictureCalls> {
  return {
    'images.list': async ({ text, graphId, pack, offset, count }) => {
      const filter = {
        ...(text === undefined ? {} : { text }),
        ...(graphId === undefined ? {} : { graphId }),
        ...(pack === undefined ? {} : { pack }),
      };
      const [images, total] = await Promise.all([
        store.images.list({ ...filter, offset, count }),
        store.images.count(filter),
      ]);
      return { images, total };
    },
    'images.filters': () => store.images.filters(),
    'images.remove': async ({ images }) => {
      const removed = await store.images.remove(images);
      if (removed.length > 0) emit({ type: 'images.removed', images: removed });
      return { removed: removed.length };
    },
    'images.restore': async ({ images }) => {
      const restored = await store.images.restore(images);
      if (restored.length > 0) emit({ type: 'images.restored', images: restored });
      return { restored: restored.length };
    },
    // A file of its own: runs that take it go on when the picture is removed.
    'images.use': async ({ digest, name }) => {
      const bytes = (await store.images.get(digest)) ?? fail('image.missing', { name });
      return { digest: await store.blobs.put(bytes, name), name };
    },
  };
}
