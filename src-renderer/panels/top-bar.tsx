import { ChevronDown, Languages, SunMoon } from 'lucide-react';
import { useEffect } from 'react';
import type { Language } from '../../src-main/texts/language.ts';
import { themes, views } from '../session/preferences.ts';
import { IconButton } from './icon-button.tsx';
import logo from './kiln.svg';
import { Menu, MenuChoices } from './menu.tsx';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';

/** Each language by its own name, so that whoever reads it finds it. */
const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

export function TopBar() {
  const { preferences } = useStudio();
  const { theme, language } = useCell(preferences.state);
  const { texts } = useTexts();
  return (
    <header className="top-bar">
      <img src={logo} alt="" width={24} height={24} />
      <h1>Kiln</h1>
      <TemplateMenu />
      <Views />
      <span className="spring" />
      <Devices />
      <Menu trigger={<IconButton icon={Languages} label={texts.top.language} />} label={texts.top.language}>
        <MenuChoices
          value={language}
          choices={Object.entries(languageNames).map(([value, label]) => ({ value, label }))}
          onChoose={(value) => preferences.change({ language: value as Language })}
        />
      </Menu>
      <Menu trigger={<IconButton icon={SunMoon} label={texts.top.theme} />} label={texts.top.theme}>
        <MenuChoices
          value={theme}
          choices={themes.map((value) => ({ value, label: texts.top.themes[value] }))}
          onChoose={(value) => preferences.change({ theme: value as (typeof themes)[number] })}
        />
      </Menu>
    </header>
  );
}

function TemplateMenu() {
  const studio = useStudio();
  const { texts } = useTexts();
  const [templates, template] = [useCell(studio.templates), useCell(studio.template)];
  if (!template) return null;
  const titleOf = (title: string, name: string) => texts.graphWords[title] ?? (title || name);
  return (
    <Menu
      label={texts.top.template}
      trigger={
        <button type="button" className="quiet-button template-button">
          <span className="visually-hidden">{texts.top.template}: </span>
          {titleOf(template.open.base.title, template.name)}
          <ChevronDown size={16} aria-hidden />
        </button>
      }
    >
      <MenuChoices
        value={template.name}
        choices={templates.map(({ name, open }) => ({ value: name, label: titleOf(open.base.title, name) }))}
        onChoose={studio.openTemplate}
      />
    </Menu>
  );
}

/** The form or the graph: two looks at one thing. */
function Views() {
  const { preferences } = useStudio();
  const { view } = useCell(preferences.state);
  const { texts } = useTexts();
  return (
    <div className="views" role="radiogroup" aria-label={texts.top.view}>
      {views.map((one) => (
        // biome-ignore lint/a11y/useSemanticElements: two buttons that look like one switch.
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={view === one}
          onClick={() => preferences.change({ view: one })}
        >
          {texts.views[one]}
        </button>
      ))}
    </div>
  );
}

const lookEveryMs = 3_000;

function Devices() {
  const { studio, connection } = usePlace();
  const { texts } = useTexts();
  const devices = useCell(studio.devices);
  const isOpen = useCell(connection).state === 'open';
  useEffect(() => {
    const timer = window.setInterval(() => document.hidden || studio.lookAround(), lookEveryMs);
    return () => window.clearInterval(timer);
  }, [studio]);
  if (!isOpen) return null;
  return (
    <ul className="devices">
      {devices.map(({ device, state, busyShare }) => {
        const said = {
          busy: texts.top.deviceBusy(Math.round(busyShare * 100)),
          idle: texts.top.deviceIdle,
          starting: texts.top.deviceStarting,
          lost: texts.top.deviceLost,
        }[state];
        return (
          <li key={device.id} title={device.label}>
            <span className={`dot ${state}`} />
            <strong>{device.id}</strong> {said}
          </li>
        );
      })}
    </ul>
  );
}
