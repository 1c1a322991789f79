import { Plus, RotateCcw, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type CommandId, commandIds, commandTable, conflictsOf, normal } from '../session/commands.ts';
import { IconButton } from './icon-button.tsx';
import { keyName, keysPressed } from './key-name.ts';
import { useCell, usePlace, useTexts } from './place.tsx';

/** The keys of every command, to be chosen anew. */
export function ShortcutSettings({ wanted }: { wanted: string }) {
  const { studio, isMac } = usePlace();
  const { texts } = useTexts();
  const bindings = useCell(studio.commands.bindings);
  const { shortcuts } = useCell(studio.preferences.state);
  const [asking, setAsking] = useState<CommandId | null>(null);
  const [said, names] = [texts.settings, texts.commands.names];
  const conflicts = conflictsOf(bindings);
  const bind = studio.commands.bind;

  useEffect(() => {
    if (asking === null) return;
    // Before all commands: what is pressed now is meant for this one.
    const onKey = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const keys = keysPressed(event, isMac);
      if (keys === null) return;
      setAsking(null);
      const now = studio.commands.bindings.get()[asking];
      if (event.key !== 'Escape' && !now.some((one) => normal(one) === normal(keys))) bind(asking, [...now, keys]);
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [asking, isMac, studio, bind]);

  return (
    <>
      <div className="shortcut-summary">
        {conflicts.size > 0 && (
          <span className="shortcut-conflict">
            <TriangleAlert size={16} aria-hidden />
            {said.conflicts(conflicts.size)}
          </span>
        )}
        {Object.keys(shortcuts).length > 0 && (
          <button type="button" className="quiet-button" onClick={() => studio.preferences.change({ shortcuts: {} })}>
            <RotateCcw size={16} aria-hidden />
            {said.allOwnKeys}
          </button>
        )}
      </div>
      <ul className="keys">
        {commandIds
          .filter((id) => names[id].toLowerCase().includes(wanted))
          .map((id) => (
            <li key={id} className="settings-row">
              <span>
                {names[id]}
                {conflicts.has(id) && (
                  <small className="shortcut-conflict">
                    {said.conflict(
                      conflicts
                        .get(id)!
                        .map((other) => names[other])
                        .join(', '),
                    )}
                  </small>
                )}
              </span>
              <span className="key-list">
                {asking === id && (
                  <span className="asking" role="status">
                    {said.press} <small>{said.pressHelp}</small>
                  </span>
                )}
                {bindings[id].length === 0 && asking !== id && <span className="quiet">{said.noKeys}</span>}
                {bindings[id].map((keys) => (
                  <span key={keys} className="key">
                    <kbd>{keyName(keys, isMac)}</kbd>
                    <button
                      type="button"
                      aria-label={said.removeKeys(keyName(keys, isMac), names[id])}
                      onClick={() =>
                        bind(
                          id,
                          bindings[id].filter((one) => one !== keys),
                        )
                      }
                    >
                      <X size={12} aria-hidden />
                    </button>
                  </span>
                ))}
                <IconButton icon={Plus} label={said.addKeys(names[id])} onClick={() => setAsking(id)} />
                <IconButton
                  icon={RotateCcw}
                  label={said.ownKeys(names[id])}
                  disabled={bindings[id] === commandTable[id].keys}
                  onClick={() => bind(id, null)}
                />
              </span>
            </li>
          ))}
      </ul>
    </>
  );
}
