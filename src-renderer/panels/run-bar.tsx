import { Gauge, LayoutGrid, LoaderCircle, Play, Zap } from 'lucide-react';
import { useCallback, useState } from 'react';
import { limits } from '../../src-main/model/limits.ts';
import { type Tier, tiers } from '../../src-main/model/run.ts';
import { IconButton } from './icon-button.tsx';
import { keyName } from './key-name.ts';
import { Menu, MenuChoices } from './menu.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { useCommands } from './use-commands.ts';

export function RunBar() {
  const { studio, isMac } = usePlace();
  const { texts } = useTexts();
  const template = useCell(studio.template);
  const [times, setTimes] = useState('1');
  const [tier, setTier] = useState<Tier | 'auto'>('auto');
  const isLive = useCell(studio.live);
  const [keys] = useCell(studio.commands.bindings)['run.start'];
  const [isBusy, setBusy] = useState(false);
  const count = Math.min(limits.runsPerSubmission, Math.max(1, Math.floor(Number(times)) || 1));

  const run = useCallback(async () => {
    if (isBusy || !template) return;
    setBusy(true);
    await studio.run(count, tier === 'auto' ? null : tier);
    setBusy(false);
  }, [studio, template, count, tier, isBusy]);

  useCommands({ 'run.start': () => void run() });

  const choices = (['auto', ...tiers] as const).map((value) => ({
    value,
    label: value === 'auto' ? texts.run.tierAuto : texts.tiers[value],
    help: texts.run.tierHelp[value],
  }));
  return (
    <div className="run-bar">
      <label className="input times">
        <span aria-hidden>×</span>
        <input
          aria-label={texts.run.times}
          inputMode="numeric"
          value={times}
          onChange={(event) => setTimes(event.target.value.replace(/\D/g, ''))}
          onBlur={() => setTimes(String(count))}
        />
      </label>
      <Menu
        label={texts.run.tier}
        trigger={
          <IconButton
            icon={Gauge}
            className={tier === 'auto' ? 'framed' : 'framed chosen'}
            label={`${texts.run.tier}: ${choices.find(({ value }) => value === tier)?.label}`}
          />
        }
      >
        <MenuChoices value={tier} choices={choices} onChoose={(value) => setTier(value as Tier | 'auto')} />
      </Menu>
      <IconButton
        icon={LayoutGrid}
        className="framed"
        label={texts.grid.open}
        onClick={() => studio.commands.run('run.grid')}
      />
      <IconButton
        icon={Zap}
        className={isLive ? 'framed chosen' : 'framed'}
        label={texts.run.live}
        pressed={isLive}
        onClick={() => studio.live.set(!isLive)}
      />
      <button type="button" className="run-button" onClick={() => void run()} aria-busy={isBusy}>
        {isBusy ? (
          <LoaderCircle className="spin" size={16} aria-hidden />
        ) : (
          count === 1 && <Play size={16} aria-hidden />
        )}
        {count === 1 ? texts.run.run : texts.run.runTimes(count)}
        {keys && count === 1 && <kbd aria-hidden>{keyName(keys, isMac)}</kbd>}
      </button>
    </div>
  );
}
