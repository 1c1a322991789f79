import type { ServedCore as Core } from '../core.ts';

/** What a core looks like from here: calls, events, and bytes by digest. */
export type ServedCore = Pick<Core, 'handlers' | 'listen' | 'watch' | 'putFile' | 'picture' | 'blob'>;
