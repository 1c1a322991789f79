import type { ReactNode } from 'react';
import type { FieldProps } from './field-props.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

interface SelectProps extends FieldProps<string> {
  readonly children: ReactNode;
}

function Select({ id, value, onChange, aria, children }: SelectProps) {
  return (
    <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)} {...aria}>
      {children}
    </select>
  );
}

interface ChoiceProps extends FieldProps<string> {
  readonly choices: readonly string[];
  readonly said: Readonly<Record<string, string>>;
}

/** A value that is no choice stays visible: only a person replaces it. */
export function ChoiceField({ choices, said, ...props }: ChoiceProps) {
  const shown = choices.includes(props.value) ? choices : [props.value, ...choices];
  return (
    <Select {...props}>
      {shown.map((choice) => (
        <option key={choice} value={choice}>
          {said[choice] ?? choice}
        </option>
      ))}
    </Select>
  );
}

export function PackField(props: FieldProps<string>) {
  const { texts } = useTexts();
  const packs = useCell(useStudio().packs);
  const isKnown = packs.some(({ packId }) => packId === props.value);
  return (
    <Select {...props}>
      {!isKnown && <option value={props.value}>{props.value}</option>}
      {packs.map(({ packId, facts }) => (
        <option key={packId} value={packId}>
          {facts ? facts.title || packId : texts.form.packBroken(packId)}
        </option>
      ))}
    </Select>
  );
}

export function BoolField({ id, value, onChange, aria }: FieldProps<boolean>) {
  return (
    <input
      id={id}
      type="checkbox"
      className="switch"
      checked={value}
      onChange={(event) => onChange(event.target.checked)}
      {...aria}
    />
  );
}
