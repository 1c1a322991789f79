import { Download, FilePlus2, FolderOpen, Languages, Plus, Save, SunMoon, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { type Language, languageNames } from '../../src-main/texts/language.ts';
import { themes, views } from '../session/preferences.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { Connection } from './connection.tsx';
import { IconButton } from './icon-button.tsx';
import logo from './kiln.svg';
import { Menu, MenuChoices, MenuItem, MenuSeparator } from './menu.tsx';
import { useOpenFiles } from './open-files.ts';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';
import { TabStrip } from './tab-strip.tsx';
import { useTitleOf } from './template-title.ts';
import { useCommands } from './use-commands.ts';

export function TopBar() {
  const { preferences } = useStudio();
  const { theme, language } = useCell(preferences.state);
  const { texts } = useTexts();
  return (
    <header className="top-bar">
      <img src={logo} alt="" width={24} height={24} />
      <h1>Kiln</h1>
      <Views />
      <TabStrip />
      <GraphMenu />
      <span className="spring" />
      <Devices />
      <Connection />
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

function GraphMenu() {
  const { studio, savedFiles } = usePlace();
  const openFiles = useOpenFiles();
  const { texts } = useTexts();
  const titleOf = useTitleOf();
  const picker = useRef<HTMLInputElement>(null);
  const [templates, template] = [useCell(studio.templates), useCell(studio.template)];
  const open = (): void => {
    if (savedFiles.canWrite) void savedFiles.open();
    else picker.current?.click();
  };
  useCommands({
    'file.open': open,
    ...(template
      ? { 'file.save': () => void savedFiles.save(template), 'file.saveAs': () => void savedFiles.saveAs(template) }
      : {}),
  });
  if (!template) return null;
  const said = texts.top;
  const choicesOf = (list: readonly OpenTemplate[]) => list.map((one) => ({ value: one.name, label: titleOf(one) }));
  const own = templates.filter(({ isOwn }) => isOwn);
  return (
    <>
      <Menu
        then={() => document.querySelector<HTMLElement>('.graph-canvas canvas')}
        trigger={<IconButton icon={Plus} label={`${said.template}: ${titleOf(template)}`} />}
      >
        <MenuItem icon={FilePlus2} onSelect={studio.newGraph}>
          {said.newGraph}
        </MenuItem>
        <MenuItem icon={FolderOpen} onSelect={open}>
          {said.openFile}
        </MenuItem>
        {savedFiles.canWrite && (
          <MenuItem icon={Save} onSelect={() => void savedFiles.save(template)}>
            {said.save}
          </MenuItem>
        )}
        <MenuItem icon={Download} onSelect={() => void savedFiles.saveAs(template)}>
          {savedFiles.canWrite ? said.saveAs : said.download}
        </MenuItem>
        {template.isOwn && (
          <MenuItem icon={Trash2} danger onSelect={() => studio.forget(template.name)}>
            {said.forget}
          </MenuItem>
        )}
        {own.length > 0 && (
          <>
            <MenuSeparator />
            <MenuChoices
              heading={said.own}
              value={template.name}
              choices={choicesOf(own)}
              onChoose={studio.openTemplate}
            />
          </>
        )}
        <MenuSeparator />
        <MenuChoices
          heading={said.templates}
          value={template.name}
          choices={choicesOf(templates.filter(({ isOwn }) => !isOwn))}
          onChoose={studio.openTemplate}
        />
      </Menu>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept=".json,.png,.jpg,.jpeg,.webp,application/json,image/png,image/jpeg,image/webp"
        aria-label={said.openFile}
        onChange={(event) => {
          void openFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}

/** The form or the graph: two looks at one thing. */
function Views() {
  const { preferences } = useStudio();
  const { view, panel } = useCell(preferences.state);
  const { texts } = useTexts();
  return (
    <div className="views" role="radiogroup" aria-label={texts.top.view}>
      {views.map((one) => (
        // biome-ignore lint/a11y/useSemanticElements: two buttons that look like one switch.
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={panel === 'create' && view === one}
          onClick={() => preferences.change({ view: one, panel: 'create' })}
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
