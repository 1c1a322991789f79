import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Input } from '../../src-main/model/inputs.ts';
import type { FieldProps } from './field-row.tsx';
import { positionOf, rounded, valueAt } from './slider-scale.ts';

type NumberSpec = Extract<Input, { kind: 'int' | 'float' }>;

/** A slider for the hand and a box for the exact number. The core says what is wrong with a number. */
export function NumberField({
  id,
  value,
  onChange,
  aria,
  spec,
  label,
}: FieldProps & { spec: NumberSpec; label: string }) {
  const number = typeof value === 'number' ? value : spec.default;
  const [typed, setTyped] = useState(String(value));
  useEffect(() => {
    // What is being typed stays as it is while it says the same number.
    setTyped((now) => (now.trim() !== '' && Number(now) === value ? now : String(value)));
  }, [value]);

  const type = (text: string): void => {
    setTyped(text);
    if (text.trim() !== '' && Number.isFinite(Number(text))) onChange(Number(text));
  };
  const by = (steps: number): void => onChange(rounded(number + steps * (spec.step ?? 1), spec));
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    const isBox = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (steps === undefined || (isBox && (event.key === 'ArrowLeft' || event.key === 'ArrowRight'))) return;
    event.preventDefault();
    by(event.shiftKey ? steps * 10 : steps);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the two inputs within.
    <div className="number" onKeyDown={onKeyDown}>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={`${number}${spec.unit ? ` ${spec.unit}` : ''}`}
        min={0}
        max={1}
        step="any"
        value={positionOf(number, spec)}
        onChange={(event) => onChange(valueAt(Number(event.target.value), spec))}
      />
      <span className="input number-box">
        <input
          id={id}
          inputMode={spec.kind === 'int' ? 'numeric' : 'decimal'}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setTyped(String(value))}
          {...aria}
        />
        {spec.unit && <span className="unit">{spec.unit}</span>}
      </span>
    </div>
  );
}
