import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project, wherever a command was started from. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** What set-up fetches or notes down; safe to delete. */
export const cache = path.join(root, '.cache');
export const out = path.join(root, 'out');
