import { type ComponentType, lazy } from 'react';
import type { Panel } from '../session/preferences.ts';
import { CreatePanel } from './create-panel.tsx';

/** What is shown for each part of the studio. What is not needed at once is loaded when it is. */
export const panelTable: Readonly<Partial<Record<Panel, ComponentType>>> = {
  create: CreatePanel,
  library: lazy(async () => ({ default: (await import('./library-panel.tsx')).LibraryPanel })),
  queue: lazy(async () => ({ default: (await import('./queue-page.tsx')).QueuePage })),
  models: lazy(async () => ({ default: (await import('./models-panel.tsx')).ModelsPanel })),
  monitor: lazy(async () => ({ default: (await import('./monitor-panel.tsx')).MonitorPanel })),
  settings: lazy(async () => ({ default: (await import('./settings-panel.tsx')).SettingsPanel })),
  devices: lazy(async () => ({ default: (await import('./devices-panel.tsx')).DevicesPanel })),
  gallery: lazy(async () => ({ default: (await import('./gallery-panel.tsx')).GalleryPanel })),
};

export const isShown = (panel: Panel): boolean => panelTable[panel] !== undefined;
