import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react';
import { noVocabulary, type Suggestions, suggestionsFor, type Vocabulary } from '../../src-main/model/vocabulary.ts';
import { cell } from '../session/cell.ts';
import { packInputs } from '../session/pack-use.ts';
import { useCell, useStudio } from './place.tsx';

const nothing = cell(noVocabulary);
const noGraph = cell(null);

/** What the first pack of the open graph knows by name. */
function useVocabulary(): Vocabulary {
  const { template: opened, vocabularies } = useStudio();
  const template = useCell(opened);
  const graph = useCell(template?.open.graph ?? noGraph);
  const [pack] = graph && template ? packInputs(graph, template.open.specs) : [];
  return useCell(pack?.pack ? vocabularies.of(pack.pack) : nothing);
}

interface Offered extends Suggestions {
  /** Where the cursor was. */
  readonly at: number;
}

/** Names that a person may mean while writing a prompt. Keys that choose one are taken, all others go on as ever. */
export function useSuggestions(
  area: RefObject<HTMLTextAreaElement | null>,
  value: string,
  onChange: (value: string) => void,
) {
  const vocabulary = useVocabulary();
  const listId = useId();
  const [offered, setOffered] = useState<Offered | null>(null);
  const [chosen, setChosen] = useState(0);
  const [cursor, setCursor] = useState<number | null>(null);
  const close = () => setOffered(null);

  // React sets the cursor behind a text that was put in from outside.
  useEffect(() => {
    if (cursor === null) return;
    area.current?.setSelectionRange(cursor, cursor);
    setCursor(null);
  }, [area, cursor]);

  const take = (index: number) => {
    const name = offered?.names[index]?.name;
    if (!offered || name === undefined) return;
    const from = offered.at - offered.replaces;
    onChange(value.slice(0, from) + name + value.slice(offered.at));
    setCursor(from + name.length);
    close();
    area.current?.focus();
  };

  return {
    listId,
    names: offered?.names ?? [],
    chosen,
    close,
    take,
    /** After something was written. */
    look(text: string, at: number) {
      const found = vocabulary.groups.length > 0 ? suggestionsFor(vocabulary, text.slice(0, at)) : null;
      setOffered(found && { ...found, at });
      setChosen(0);
    },
    onKeyDown(event: KeyboardEvent) {
      if (!offered || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const count = offered.names.length;
      if (event.key === 'ArrowDown') setChosen((chosen + 1) % count);
      else if (event.key === 'ArrowUp') setChosen((chosen + count - 1) % count);
      else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) take(chosen);
      else if (event.key === 'Escape') close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
