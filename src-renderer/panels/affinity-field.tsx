import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { parseAffinity } from '../../src-main/model/affinity.ts';
import { completeAffinity } from '../../src-main/model/affinity-completion.ts';
import { problem } from '../../src-main/model/errors.ts';
import { useCell, useStudio } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

interface Props {
  readonly id: string;
  readonly rules: readonly string[];
  readonly isLocked: boolean;
  /** Rules that can be read, when the field is left or Enter is pressed. */
  readonly onRules: (text: string) => void;
  readonly label?: string;
  /** Whose rules they are, for what is said of a mistake. */
  readonly pack?: string;
  readonly aria?: { readonly 'aria-describedby': string; readonly 'aria-invalid'?: true };
}

/** As many as fit beside a field. */
const mostOffered = 12;

/** Rules of placement in one line. What may stand at the cursor is offered; what cannot be read is said below it. */
export function AffinityField({ id, rules, isLocked, onRules, label, pack = '', aria }: Props) {
  const devices = useCell(useStudio().devices).map(({ device }) => device);
  const held = rules.join(', ');
  const [typed, setTyped] = useState(held);
  const [cursor, setCursor] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  useEffect(() => setTyped(held), [held]);

  const completion = cursor === null ? null : completeAffinity(typed, cursor, { nodes: [], devices });
  const options = completion?.options.slice(0, mostOffered) ?? [];
  const { mistakes } = parseAffinity(typed);
  const from = pack === '' ? 'settings' : 'pack';
  const isTyping = cursor !== null;
  const problems = mistakes.map((mistake) => problem('affinity.malformed', { text: typed, from, pack, ...mistake }));

  const look = (at: number | null): void => {
    setCursor(at);
    setChosen(0);
  };
  const take = (option: string): void => {
    if (!completion || cursor === null) return;
    const next = `${typed.slice(0, completion.from)}${option}${option === ',' ? ' ' : ''}`;
    setTyped(next + typed.slice(cursor));
    look(next.length);
    input.current?.focus();
    requestAnimationFrame(() => input.current?.setSelectionRange(next.length, next.length));
  };
  const done = (): void => {
    if (mistakes.length === 0 && typed.trim() !== held) onRules(typed);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps !== undefined && options.length > 0) {
      event.preventDefault();
      setChosen((chosen + steps + options.length) % options.length);
    } else if (event.key === 'Tab' && !event.shiftKey && options[chosen] !== undefined && isUnfinished(typed)) {
      event.preventDefault();
      take(options[chosen]);
    } else if (event.key === 'Enter') {
      look(null);
      done();
    } else if (event.key === 'Escape') {
      if (cursor === null) setTyped(held);
      look(null);
    }
  };
  return (
    <div className="affinity">
      <input
        ref={input}
        id={id}
        className="input"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        {...(options.length > 0 ? { 'aria-activedescendant': `${list}-${chosen}` } : {})}
        {...(label === undefined ? {} : { 'aria-label': label })}
        value={typed}
        disabled={isLocked}
        onChange={({ target }) => {
          setTyped(target.value);
          look(target.selectionStart);
        }}
        onClick={({ currentTarget }) => look(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          look(null);
          done();
        }}
        {...aria}
        {...(mistakes.length > 0 && !isTyping ? { 'aria-invalid': true } : {})}
      />
      {options.length > 0 && (
        <div className="affinity-options" role="listbox" id={list} tabIndex={-1}>
          {options.map((option, i) => (
            <div
              key={option}
              id={`${list}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === chosen}
              // Before the field loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              {option}
            </div>
          ))}
        </div>
      )}
      {!isTyping && <ProblemNote problems={problems} here />}
    </div>
  );
}

/** Tab goes on to the next field once the rules can be read. */
const isUnfinished = (text: string): boolean => text.trim() === '' || parseAffinity(text).mistakes.length > 0;
