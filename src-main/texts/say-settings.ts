import { textOfValue } from '../model/setting-text.ts';
import type { SettingShape } from '../model/settings.ts';
import { settings as chinese } from './chinese/settings.ts';
import { settings as english } from './english/settings.ts';
import { inLanguage, type Language } from './language.ts';
import type { SettingTexts } from './setting-texts.ts';

export const settingTexts = (language: Language): SettingTexts => inLanguage(language, { en: english, zh: chinese });

/** A value in few words: `4 GB`, `on`, `automatic`. */
export function sayValue(shape: SettingShape, value: unknown, language: Language): string {
  const texts = settingTexts(language);
  if (shape.kind === 'choice') return texts.choices[String(value)] ?? String(value);
  if (shape.kind === 'number' && shape.zeroIsAutomatic && value === 0) return texts.automatic;
  const text = textOfValue(shape, value);
  if (text === '') return texts.nothing;
  if (shape.kind === 'switch') return texts.choices[text] ?? text;
  return shape.kind === 'number' && shape.unit !== 'bytes' && shape.unit !== 'ms'
    ? `${text} ${texts.units[shape.unit]}`.trim()
    : text;
}

/** The limits of a number, and what there is to choose from; '' where there is nothing to say. */
export function sayLimits(shape: SettingShape, language: Language): string {
  const texts = settingTexts(language);
  if (shape.kind === 'choice') return shape.choices.map((one) => texts.choices[one] ?? one).join(', ');
  if (shape.kind !== 'number') return '';
  const [min, max] = [shape.min, shape.max].map((value) => textOfValue({ ...shape, zeroIsAutomatic: false }, value));
  return texts.limits(min!, max!);
}
