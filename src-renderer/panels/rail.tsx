import {
  Activity,
  Boxes,
  Cpu,
  Images,
  LibraryBig,
  ListOrdered,
  type LucideIcon,
  Settings,
  Sparkles,
} from 'lucide-react';
import type { CommandId } from '../session/commands.ts';
import { type Panel, panels } from '../session/preferences.ts';
import { Hint } from './icon-button.tsx';
import { keyName } from './key-name.ts';
import { isShown } from './panel-table.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';

const icons: Readonly<Record<Panel, LucideIcon>> = {
  create: Sparkles,
  library: LibraryBig,
  queue: ListOrdered,
  gallery: Images,
  models: Boxes,
  devices: Cpu,
  monitor: Activity,
  settings: Settings,
};

/** The parts of the studio, at its left edge. */
export function Rail() {
  const { studio, isMac } = usePlace();
  const { texts } = useTexts();
  const { panel } = useCell(studio.preferences.state);
  const bindings = useCell(studio.commands.bindings);
  const counts = useCell(studio.queue.status)?.counts;
  const waiting = (counts?.queued ?? 0) + (counts?.running ?? 0) + (counts?.paused ?? 0);
  return (
    <nav className="rail" aria-label={texts.panels.heading}>
      {panels.filter(isShown).map((one) => {
        const Icon = icons[one];
        const count = one === 'queue' && waiting > 0 ? (waiting > 99 ? '99+' : String(waiting)) : null;
        const [keys] = bindings[`panel.${one}` satisfies CommandId];
        return (
          <Hint
            key={one}
            text={keys ? `${texts.panels.names[one]} (${keyName(keys, isMac)})` : texts.panels.names[one]}
            side="right"
          >
            <button
              type="button"
              className="rail-button"
              data-panel={one}
              aria-label={count === null ? texts.panels.names[one] : `${texts.panels.names[one]} ${count}`}
              aria-current={panel === one ? 'page' : undefined}
              onClick={() => studio.preferences.change({ panel: one })}
            >
              <Icon size={20} aria-hidden />
              {count !== null && <span className="rail-count">{count}</span>}
            </button>
          </Hint>
        );
      })}
    </nav>
  );
}
