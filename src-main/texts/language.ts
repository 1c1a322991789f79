export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Each by its own name, so that whoever reads it finds it. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** `zh`, `zh-CN`, `zh_TW.UTF-8` and `Chinese (Simplified)_China.936` are Chinese. */
const isChinese = (locale: string): boolean => /^(zh|chinese|cmn|yue)([^a-z]|$)/i.test(locale.trim());

/** What was asked for (`--lang`) before the system's locale; English for all others. */
export function languageOf(asked: string | undefined, locale: string | undefined): Language {
  return isChinese(asked || locale || '') ? 'zh' : 'en';
}

/**
 * Texts of one language out of both. A subject's texts are a plain object in `english/`, whose type the one in
 * `chinese/` must have: `inLanguage(language, { en: english, zh: chinese })`.
 */
export const inLanguage = <T>(language: Language, texts: Readonly<Record<Language, T>>): T => texts[language];
