import { inpaint } from './inpaint.ts';
import { latentFormatGroups } from './latent-formats.ts';
import { operations } from './operations.ts';
import { resizing } from './resizing.ts';
import type { Subject } from './vector-file.ts';

export const opsVectors: Subject = {
  file: 'ops.json',
  format: 'kiln-ops-vectors-1',
  around: ['inputs', 'inpaint_setup', 'notes'],
  groups: { ...resizing, ...operations, inpaint, ...latentFormatGroups },
};
