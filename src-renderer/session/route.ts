import { setVia } from '../../src-main/model/edits.ts';
import type { LinkId } from '../../src-main/model/ids.ts';
import type { Point } from './move.ts';
import type { OpenGraph } from './open-graph.ts';

// Points that a link runs through. They are looks alone: what is linked stays as it is.

const whole = ([x, y]: Point): Point => [Math.round(x), Math.round(y)];

const route = (open: OpenGraph, link: LinkId, next: (via: readonly Point[]) => readonly Point[]): void =>
  open.change('route', (draft) => setVia(draft, link, next(draft.links[link]?.via ?? [])));

/** Before the point that is at `index` so far. */
export const addPoint = (open: OpenGraph, link: LinkId, index: number, at: Point): void =>
  route(open, link, (via) => via.toSpliced(index, 0, whole(at)));

export const movePoint = (open: OpenGraph, link: LinkId, index: number, to: Point): void =>
  route(open, link, (via) => (index < via.length ? via.with(index, whole(to)) : via));

export const removePoint = (open: OpenGraph, link: LinkId, index: number): void =>
  route(open, link, (via) => via.filter((_, i) => i !== index));

export const removePoints = (open: OpenGraph, link: LinkId): void => route(open, link, () => []);
