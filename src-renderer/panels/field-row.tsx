import { useId } from 'react';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Json } from '../../src-main/model/json.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import type { Field } from '../session/fields.ts';
import { Hint } from './icon-button.tsx';
import { useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { SeedLock } from './seed-field.tsx';
import { isTall, ValueControl } from './value-control.tsx';

interface Props {
  readonly field: Field;
  readonly label: string;
  readonly value: Json;
  readonly seed: SeedLock;
  readonly problems: readonly Problem[];
  readonly onChange: (value: Json) => void;
  /** The field is left: what is typed next is another step of undo. */
  readonly onLeave: () => void;
  /** Beside the label. */
  readonly extra?: React.ReactNode;
}

/** One value with its label, its help and what is wrong with it. */
export function FieldRow({ field, label, value, seed, problems, onChange, onLeave, extra }: Props) {
  const { language } = useTexts();
  const id = useId();
  const problemId = `${id}-problem`;
  const { spec } = field;
  const words = (field.nodeSpec && sayNode(field.nodeSpec, language).inputs[field.input]) ?? null;
  const aria = problems.length > 0 ? ({ 'aria-describedby': problemId, 'aria-invalid': true } as const) : {};
  const name = <label htmlFor={id}>{label}</label>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears that the field within is left.
    <div
      className={`field ${isTall(spec) ? 'tall' : ''} ${extra ? 'with-extra' : ''}`}
      data-input={field.input}
      onBlur={onLeave}
    >
      {words?.help ? <Hint text={words.help}>{name}</Hint> : name}
      {extra}
      <ValueControl {...{ id, spec, value, label, words, seed, onChange, aria }} />
      <ProblemNote problems={problems.map((found) => withLabel(found, label))} id={problemId} here />
    </div>
  );
}

/** In a form an input is known by its label. */
const withLabel = (found: Problem, label: string): Problem =>
  'input' in found.values ? ({ ...found, values: { ...found.values, input: label } } as Problem) : found;
