import type { Json } from '../../src-main/model/json.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import type { Field } from '../session/fields.ts';
import { useTexts } from './place.tsx';

/** How a value of an input is said in the page's language. */
export function useSayValue(): (field: Field | undefined, value: Json) => string {
  const { texts, language } = useTexts();
  return (field, value) => {
    if (typeof value === 'boolean') return value ? texts.grid.yes : texts.grid.no;
    const words = field?.nodeSpec && sayNode(field.nodeSpec, language).inputs[field.input]?.choices;
    return words?.[String(value)] ?? String(value ?? '');
  };
}
