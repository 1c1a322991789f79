import { shell as chinese } from './chinese/shell.ts';
import { shell as english } from './english/shell.ts';
import { inLanguage, type Language } from './language.ts';
import type { ShellTexts } from './shell-texts.ts';

export const shellTexts = (language: Language): ShellTexts => inLanguage(language, { en: english, zh: chinese });
