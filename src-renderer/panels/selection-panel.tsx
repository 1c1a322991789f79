import { Ban, CircleSlash2, CopyPlus, Group, type LucideIcon, Minimize2, Trash2 } from 'lucide-react';
import type { CommandId } from '../session/commands.ts';
import { AlignButtons } from './align-menu.tsx';
import { useStudio, useTexts } from './place.tsx';

/** Beside the graph when several things are selected: what can be done with all of them, and with the nodes of them. */
export function SelectionPanel({ count, nodes }: { count: number; nodes: number }) {
  const { commands } = useStudio();
  const { texts } = useTexts();
  const said = texts.graph;
  const ofNodes = [
    ['graph.collapse', Minimize2, said.collapse],
    ['graph.mute', Ban, said.mute],
    ['graph.bypass', CircleSlash2, said.bypass],
  ] as const;
  const actions: readonly (readonly [CommandId, LucideIcon, string])[] = [
    ['graph.group', Group, texts.canvas.group],
    ['graph.duplicate', CopyPlus, said.duplicate],
    ...(nodes > 0 ? ofNodes : []),
    ['graph.remove', Trash2, said.remove],
  ];
  return (
    <div className="inspector">
      <div className="panel-head">
        <h2>{nodes < count ? said.manyTaken(count) : said.manySelected(count)}</h2>
      </div>
      <div className="form-fields selection">
        <p className="quiet about">{texts.canvas.selectionHelp}</p>
        {nodes > 1 && <AlignButtons count={nodes} />}
        <div className="selection-actions">
          {actions.map(([id, Icon, label]) => (
            <button
              key={id}
              type="button"
              className={`quiet-button ${id === 'graph.remove' ? 'danger' : ''}`}
              onClick={() => commands.run(id)}
            >
              <Icon size={16} aria-hidden />
              {label}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}
