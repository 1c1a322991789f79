import { Ban, CircleSlash2, CopyPlus, Group, type LucideIcon, Minimize2, Trash2 } from 'lucide-react';
import type { CommandId } from '../session/commands.ts';
import { AlignButtons } from './align-menu.tsx';
import { useStudio, useTexts } from './place.tsx';

/** Beside the graph when several nodes are selected: what can be done with all of them. */
export function SelectionPanel({ count }: { count: number }) {
  const { commands } = useStudio();
  const { texts } = useTexts();
  const said = texts.graph;
  const actions: readonly (readonly [CommandId, LucideIcon, string])[] = [
    ['graph.group', Group, texts.canvas.group],
    ['graph.duplicate', CopyPlus, said.duplicate],
    ['graph.collapse', Minimize2, said.collapse],
    ['graph.mute', Ban, said.mute],
    ['graph.bypass', CircleSlash2, said.bypass],
    ['graph.remove', Trash2, said.remove],
  ];
  return (
    <div className="inspector">
      <div className="panel-head">
        <h2>{said.manySelected(count)}</h2>
      </div>
      <div className="form-fields selection">
        <p className="quiet about">{texts.canvas.selectionHelp}</p>
        <AlignButtons count={count} />
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
