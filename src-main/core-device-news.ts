import { stateOf } from './core-devices-now.ts';
import type { DeviceState, World } from './engine/world.ts';
import { isWhole } from './model/device.ts';
import type { Event } from './model/events.ts';
import type { DeviceId } from './model/ids.ts';

/** A device is idle for moments between two batches: nobody wants to hear of each. */
const lookMs = 250;

export interface DeviceNews {
  hear(event: Event): void;
  close(): void;
}

/**
 * Says when devices begin to work and when they have nothing more to do, as it is a moment after something happened. What
 * becomes of their hosts the engine says itself.
 */
export function deviceNews(world: World, emit: (event: Event) => void): DeviceNews {
  const told = new Map<DeviceId, DeviceState['state']>();
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    timer = null;
    for (const [id, whole] of world.devices) {
      const { device } = whole;
      if (!isWhole(device)) continue;
      const state = stateOf([whole, ...(world.lanes.get(id)?.narrow ?? [])]);
      if (state === (told.get(id) ?? 'idle')) continue;
      told.set(id, state);
      emit({ type: 'device.changed', device, state });
    }
  };

  return {
    hear(event) {
      if (event.type === 'device.changed') told.set(event.device.id, event.state);
      else if (event.type === 'run.changed' || event.type === 'job.changed' || event.type === 'batch.finished')
        timer ??= setTimeout(look, lookMs).unref();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
