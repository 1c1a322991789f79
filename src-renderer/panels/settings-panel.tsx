import { Copy, Search } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { type Language, languageNames } from '../../src-main/texts/language.ts';
import { contrasts, themes, views } from '../session/preferences.ts';
import { copyText } from './copy-text.ts';
import { EngineSections, fittingSettings } from './engine-settings.tsx';
import { IconButton } from './icon-button.tsx';
import { askToNotify, canNotify } from './notify.ts';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';
import { ShortcutSettings } from './shortcut-settings.tsx';

/** What a person wants of the studio on this machine, found by its words. */
export function SettingsPanel() {
  const { texts, language } = useTexts();
  const heading = useId();
  const [typed, setTyped] = useState('');
  const said = texts.settings;
  const wanted = typed.trim().toLowerCase();
  const fits = (...words: string[]): boolean => words.some((word) => word.toLowerCase().includes(wanted));
  const looks = useLooks().filter(({ label }) => fits(label, said.sections.looks));
  const notices = fits(said.notifies, said.sections.notices);
  const engine = fittingSettings(fits, language);
  const about = fits(said.version, said.home, said.sections.about);
  const shortcuts = Object.values(texts.commands.names).some((name) => fits(name)) || fits(said.sections.shortcuts);
  return (
    <section className="settings" aria-labelledby={heading}>
      <div className="settings-column">
        <header className="settings-head">
          <h2 id={heading}>{said.heading}</h2>
          <label className="search-field">
            <Search size={16} aria-hidden />
            <input
              type="search"
              placeholder={said.search}
              aria-label={said.search}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        </header>
        {looks.length > 0 && (
          <Section title={said.sections.looks}>
            {looks.map(({ label, control }) => (
              <Row key={label} label={label}>
                {control}
              </Row>
            ))}
          </Section>
        )}
        {notices && (
          <Section title={said.sections.notices}>
            <Notifies />
          </Section>
        )}
        <EngineSections names={engine} />
        {shortcuts && (
          <Section title={said.sections.shortcuts}>
            <ShortcutSettings wanted={fits(said.sections.shortcuts) ? '' : wanted} />
          </Section>
        )}
        {about && (
          <Section title={said.sections.about}>
            <About />
          </Section>
        )}
        {looks.length === 0 && !notices && engine.length === 0 && !shortcuts && !about && (
          <p className="quiet">{said.nothing}</p>
        )}
      </div>
    </section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className="settings-section" aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      {children}
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="settings-row">
      <span>{label}</span>
      {children}
    </div>
  );
}

function useLooks() {
  const { preferences } = useStudio();
  const { texts } = useTexts();
  const now = useCell(preferences.state);
  const said = texts.settings;
  const choice = <T extends string>(
    label: string,
    value: T,
    names: Readonly<Record<T, string>>,
    list: readonly T[],
  ) => ({
    label,
    control: (onChange: (next: T) => void) => (
      <select
        className="input"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {list.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </select>
    ),
  });
  const language = choice(said.language, now.language, languageNames, Object.keys(languageNames) as Language[]);
  const theme = choice(said.theme, now.theme, texts.top.themes, themes);
  const contrast = choice(said.contrast, now.contrast, said.contrasts, contrasts);
  const view = choice(said.view, now.view, texts.views, views);
  return [
    { label: language.label, control: language.control((next) => preferences.change({ language: next })) },
    { label: theme.label, control: theme.control((next) => preferences.change({ theme: next })) },
    { label: contrast.label, control: contrast.control((next) => preferences.change({ contrast: next })) },
    { label: view.label, control: view.control((next) => preferences.change({ view: next })) },
  ];
}

function Notifies() {
  const { preferences } = useStudio();
  const { texts } = useTexts();
  const { notifies } = useCell(preferences.state);
  const [isBlocked, setBlocked] = useState(canNotify() === 'denied');
  const said = texts.settings;
  return (
    <div className="settings-row">
      <label htmlFor="notifies">
        {said.notifies}
        <small className="quiet">{isBlocked ? said.notifiesBlocked : said.notifiesHelp}</small>
      </label>
      <input
        id="notifies"
        type="checkbox"
        className="switch"
        role="switch"
        checked={notifies && !isBlocked}
        aria-checked={notifies && !isBlocked}
        onChange={async ({ target }) => {
          const answer = target.checked ? await askToNotify() : 'granted';
          setBlocked(answer === 'denied');
          preferences.change({ notifies: target.checked && answer === 'granted' });
        }}
      />
    </div>
  );
}

function About() {
  const { studio } = usePlace();
  const { texts } = useTexts();
  const info = useCell(studio.info);
  const said = texts.settings;
  if (!info) return null;
  const copy = async (): Promise<void> => {
    const done = await studio.notices.attempt(() => copyText(info.home));
    if (done) studio.notices.say((now) => now.said.copied(info.home));
  };
  return (
    <>
      <Row label={said.version}>
        <span>Kiln {info.version}</span>
      </Row>
      <Row label={said.home}>
        <span className="settings-path">
          <code>{info.home}</code>
          <IconButton icon={Copy} label={said.copyHome} onClick={() => void copy()} />
        </span>
      </Row>
    </>
  );
}
