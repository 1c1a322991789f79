import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Input } from '../../src-main/model/inputs.ts';
import { positionOf, rounded, valueAt } from '../session/slider-scale.ts';
import type { FieldProps } from './field-props.ts';
import { useTexts } from './place.tsx';

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
  const { texts } = useTexts();
  const number = typeof value === 'number' ? value : spec.default;
  // A size of 0 is no size: it leaves the choice to the pack.
  const hasAutomatic = spec.unit !== undefined && spec.default === 0 && spec.min === 0;
  const shown = hasAutomatic && value === 0 ? '' : String(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => {
    // What is being typed stays as it is while it says the same number.
    setTyped((now) => (now.trim() !== '' && Number(now) === Number(shown || 0) ? now : shown));
  }, [shown]);

  const type = (text: string): void => {
    setTyped(text);
    if (text.trim() === '' ? hasAutomatic : Number.isFinite(Number(text))) onChange(Number(text));
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
        aria-valuetext={shown === '' ? texts.form.automatic : `${number}${spec.unit ? ` ${spec.unit}` : ''}`}
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
          placeholder={hasAutomatic ? texts.form.automatic : undefined}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setTyped(shown)}
          {...aria}
        />
        {spec.unit && typed !== '' && <span className="unit">{spec.unit}</span>}
      </span>
    </div>
  );
}
