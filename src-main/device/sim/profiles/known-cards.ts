import type { Card } from '../card.ts';
import { articleProcessor, articleRows } from './article.ts';
import { a100, laptop, rtx3090, rtx4090 } from './cards.ts';

/** What can be named after `sim:`. */
export const cards: readonly Card[] = [
  rtx3090,
  rtx4090,
  a100,
  laptop,
  ...articleRows.map(({ card }) => card),
  articleProcessor,
];
