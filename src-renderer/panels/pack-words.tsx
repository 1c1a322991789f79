import { useState } from 'react';
import type { PackId } from '../../src-main/model/ids.ts';
import type { Term } from '../../src-main/model/vocabulary.ts';
import type { Language } from '../../src-main/texts/language.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

/** All that a pack knows by name, for one that draws what it was taught and nothing else. */
export function PackWords({ packId }: { packId: PackId }) {
  const { vocabularies } = useStudio();
  const { texts, language } = useTexts();
  const [wanted, setWanted] = useState('');
  const { groups } = useCell(vocabularies.of(packId));
  const said = texts.machine.models;
  const count = groups.reduce((sum, { terms }) => sum + terms.length, 0);
  if (count === 0) return null;
  const matches = (term: Term) =>
    Object.values(term).some((names) => names.some((name) => name.toLowerCase().includes(wanted.trim().toLowerCase())));
  const shown = groups.map(({ name, terms }) => ({ name, terms: terms.filter(matches) })).filter(hasTerms);
  return (
    <details className="pack-words">
      <summary>{said.words(count)}</summary>
      <input
        type="search"
        className="input"
        placeholder={said.searchWords}
        aria-label={said.searchWords}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {shown.length === 0 && <p className="quiet">{said.noWord}</p>}
      {shown.map(({ name, terms }) => (
        <div key={name}>
          <h5>
            {said.groups[name] ?? name} <span className="quiet">{terms.length}</span>
          </h5>
          <ul>
            {terms.map((term) => (
              <li key={labelOf(term, language)} title={Object.values(term).flat().join(', ')}>
                {labelOf(term, language)}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}

const hasTerms = ({ terms }: { terms: readonly Term[] }) => terms.length > 0;

/** In the page's language if the pack has it. */
const labelOf = (term: Term, language: Language): string => (term[language] ?? Object.values(term)[0])?.[0] ?? '';
