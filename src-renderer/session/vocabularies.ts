import type { Answer } from '../../src-main/contract/calls.ts';
import { noVocabulary, type Vocabulary } from '../../src-main/model/vocabulary.ts';
import { type Cell, cell, type WritableCell } from './cell.ts';
import type { StudioCalls } from './studio-calls.ts';

/** What packs know by name, asked for when somebody looks and again when packs changed. */
export interface Vocabularies {
  /** Nothing until it is known, and of a pack that cannot be opened. */
  of(pack: string): Cell<Vocabulary>;
}

export function vocabularies(calls: Pick<StudioCalls, 'vocabulary'>, packs: Cell<Answer<'packs.list'>>): Vocabularies {
  const known = new Map<string, WritableCell<Vocabulary>>();
  const look = async (pack: string, to: WritableCell<Vocabulary>): Promise<void> => {
    try {
      to.set(await calls.vocabulary(pack));
    } catch {
      // What is wrong with the pack is said where it is listed; the next list of packs asks again.
      to.set(noVocabulary);
    }
  };
  packs.subscribe(() => {
    for (const [pack, to] of known) void look(pack, to);
  });
  return {
    of(pack) {
      const found = known.get(pack);
      if (found) return found;
      const made = cell<Vocabulary>(noVocabulary);
      known.set(pack, made);
      void look(pack, made);
      return made;
    },
  };
}
