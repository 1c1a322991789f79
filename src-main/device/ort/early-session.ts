import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import type { PartFile } from '../../model/pack.ts';
import { isUnchanged, type Stamp, stampOf } from '../../packs/stamp.ts';
import { sessionOptions } from './providers.ts';

/** A session on the CPU that is made before the core has said which it wants. */
export interface EarlySession {
  /** The session, if it is just this one; asked once, and otherwise it is given up. */
  take(file: PartFile, device: Device): Promise<InferenceSession | null>;
  /** This host computes elsewhere. */
  giveUp(): Promise<void>;
}

/** Nothing comes of a file that cannot be read: who loads it in earnest says why. */
export function earlySession(path: string, library: Promise<typeof import('onnxruntime-node')>): EarlySession {
  const optionsOf = (device: Pick<Device, 'provider' | 'threads'>) => sessionOptions(device as Device);
  const expected = optionsOf({ provider: 'cpu', threads: availableParallelism() });
  const make = async (): Promise<{ session: InferenceSession; stamp: Stamp } | null> => {
    try {
      const stamp = stampOf(path, statSync(path, { bigint: true }));
      return { session: await (await library).InferenceSession.create(path, expected), stamp };
    } catch {
      return null;
    }
  };
  let making: ReturnType<typeof make> | null = make();
  const made = async () => {
    const was = making;
    making = null;
    return was;
  };
  return {
    async take(file, device) {
      const early = await made();
      if (!early) return null;
      const isIt =
        file.path === path &&
        file.edits.length === 0 &&
        JSON.stringify(optionsOf(device)) === JSON.stringify(expected) &&
        (await isUnchanged(early.stamp));
      if (isIt) return early.session;
      await early.session.release();
      return null;
    },
    async giveUp() {
      await (await made())?.session.release();
    },
  };
}
