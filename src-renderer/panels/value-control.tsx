import type { Input } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { InputWords } from '../../src-main/texts/node-words.ts';
import { BoolField, ChoiceField, PackField } from './choice-field.tsx';
import type { FieldProps } from './field-props.ts';
import { FileField } from './file-field.tsx';
import { NumberField } from './number-field.tsx';
import { SeedField, type SeedLock } from './seed-field.tsx';
import { TextField } from './text-field.tsx';

interface Props extends FieldProps {
  readonly spec: Exclude<Input, { kind: 'link' }>;
  readonly label: string;
  readonly words: InputWords | null;
  readonly seed: SeedLock;
}

/** What sets a value of this kind, wherever it stands. */
export function ValueControl({ spec, label, words, seed, value, ...props }: Props) {
  switch (spec.kind) {
    case 'text':
      return <TextField {...props} value={String(value ?? '')} maxChars={spec.maxChars} />;
    case 'int':
    case 'float':
      return <NumberField {...props} value={value} spec={spec} label={label} />;
    case 'seed':
      return <SeedField {...props} {...seed} value={String(value ?? '')} />;
    case 'choice':
      return <ChoiceField {...props} value={String(value)} choices={spec.choices} said={words?.choices ?? {}} />;
    case 'bool':
      return <BoolField {...props} value={value === true} />;
    case 'pack':
      return <PackField {...props} value={String(value ?? '')} />;
    case 'file':
      return <FileField {...props} value={value as Json} accept={spec.accept} label={label} />;
  }
}

export const isTall = ({ kind }: Input): boolean => kind === 'file' || kind === 'text';
