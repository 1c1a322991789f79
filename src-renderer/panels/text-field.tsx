import { useLayoutEffect, useRef } from 'react';
import type { FieldProps } from './field-props.ts';

const mostPx = 240;

/** Grows with what is written in it. */
export function TextField({ id, value, onChange, aria, maxChars }: FieldProps<string> & { maxChars: number }) {
  const area = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written decides the height.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(mostPx, element.scrollHeight + 2)}px`;
  }, [value]);
  return (
    <textarea
      ref={area}
      id={id}
      className="input"
      rows={2}
      value={value}
      maxLength={maxChars}
      onChange={(event) => onChange(event.target.value)}
      {...aria}
    />
  );
}
