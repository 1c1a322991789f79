import { useLayoutEffect, useRef } from 'react';
import type { FieldProps } from './field-props.ts';
import { useTexts } from './place.tsx';
import { useSuggestions } from './use-suggestions.ts';

const mostPx = 240;

/** Grows with what is written in it. For a pack that knows a list of things it offers their names. */
export function TextField({ id, value, onChange, aria, maxChars }: FieldProps<string> & { maxChars: number }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { texts } = useTexts();
  const { listId, names, chosen, close, take, look, onKeyDown } = useSuggestions(area, value, onChange);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written decides the height.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(mostPx, element.scrollHeight + 2)}px`;
  }, [value]);
  const isOpen = names.length > 0;
  return (
    <div className="text-field">
      <textarea
        ref={area}
        id={id}
        className="input"
        rows={2}
        value={value}
        maxLength={maxChars}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target.value, event.target.selectionEnd);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
        aria-autocomplete="list"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? `${listId}-${chosen}` : undefined}
        {...aria}
      />
      {isOpen && (
        <div role="listbox" id={listId} className="suggestions" aria-label={texts.form.suggestions}>
          {names.map(({ name, label }, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: keys are heard by the text.
            <div
              key={name}
              role="option"
              id={`${listId}-${i}`}
              aria-selected={i === chosen}
              className="suggestion"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(i)}
            >
              {name}
              {label !== null && <small className="quiet">{label}</small>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
