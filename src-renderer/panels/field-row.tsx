import { useId } from 'react';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { type Field, valueIn } from '../session/fields.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { BoolField, ChoiceField, PackField } from './choice-field.tsx';
import { FileField } from './file-field.tsx';
import { Hint } from './icon-button.tsx';
import { NumberField } from './number-field.tsx';
import { useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { SeedField } from './seed-field.tsx';
import { TextField } from './text-field.tsx';

interface Props {
  readonly field: Field;
  readonly open: OpenGraph;
  readonly values: Overrides;
  readonly isLocked: boolean;
  readonly problems: readonly Problem[];
}

export function FieldRow({ field, open, values, isLocked, problems }: Props) {
  const { texts, language } = useTexts();
  const id = useId();
  const problemId = `${id}-problem`;
  const { spec } = field;
  const words = field.nodeSpec && sayNode(field.nodeSpec, language).inputs[field.input];
  const label = texts.graphWords[field.label] ?? field.label;
  const isTall = spec.kind === 'file' || (spec.kind === 'text' && field.spec.kind === 'text');
  const help = words?.help;

  const value = valueIn(field, values);
  const props = {
    id,
    onChange: (next: Json) => open.set(field.name, next),
    aria: problems.length > 0 ? ({ 'aria-describedby': problemId, 'aria-invalid': true } as const) : {},
  };
  const control = () => {
    switch (spec.kind) {
      case 'text':
        return <TextField {...props} value={String(value ?? '')} maxChars={spec.maxChars} />;
      case 'int':
      case 'float':
        return <NumberField {...props} value={value} spec={spec} label={label} />;
      case 'seed':
        return (
          <SeedField
            {...props}
            value={String(value ?? '')}
            isLocked={isLocked}
            onLock={(locked) => open.lock(field.name, locked)}
            onDraw={() => open.newSeed(field.name)}
          />
        );
      case 'choice':
        return <ChoiceField {...props} value={String(value)} choices={spec.choices} said={words?.choices ?? {}} />;
      case 'bool':
        return <BoolField {...props} value={value === true} />;
      case 'pack':
        return <PackField {...props} value={String(value ?? '')} />;
      case 'file':
        return <FileField {...props} value={value} accept={spec.accept} label={label} />;
    }
  };

  const name = <label htmlFor={id}>{label}</label>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears that the field within is left.
    <div className={`field ${isTall ? 'tall' : ''}`} onBlur={open.history.close}>
      {help ? <Hint text={help}>{name}</Hint> : name}
      {control()}
      <ProblemNote problems={problems.map((found) => withLabel(found, label))} id={problemId} here />
    </div>
  );
}

/** In a form an input is known by its label. */
const withLabel = (found: Problem, label: string): Problem =>
  'input' in found.values ? ({ ...found, values: { ...found.values, input: label } } as Problem) : found;
