import * as Dialog from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { useState } from 'react';
import { type CommandId, commandIds } from '../session/commands.ts';
import { DialogContent } from './dialog-content.tsx';
import { IconButton } from './icon-button.tsx';
import { keyName } from './key-name.ts';
import { useCell, usePlace, useTexts } from './place.tsx';
import { useCommands } from './use-commands.ts';

const groups = ['run', 'file', 'view', 'panel', 'graph'] as const;
export type CommandGroup = (typeof groups)[number];

export const groupOf = (id: CommandId): CommandGroup => {
  const [first] = id.split('.');
  return groups.find((group) => group === first) ?? (first === 'queue' ? 'run' : 'view');
};

/** All keys at a glance; Settings changes them. */
export function ShortcutSheet() {
  const { studio, isMac } = usePlace();
  const { texts } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const bindings = useCell(studio.commands.bindings);
  useCommands({ 'shortcuts.show': () => setOpen((was) => !was) });
  const said = texts.commands;
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Portal>
        <div className="dialog-shade" aria-hidden />
        <DialogContent className="dialog shortcut-sheet">
          <header className="dialog-head">
            <Dialog.Title>{said.sheet}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={texts.pictures.close} />
            </Dialog.Close>
          </header>
          <div className="shortcut-groups">
            {groups.map((group) => (
              <section key={group}>
                <h3>{said.groups[group]}</h3>
                <dl>
                  {commandIds
                    .filter((id) => groupOf(id) === group && bindings[id].length > 0)
                    .map((id) => (
                      <div key={id}>
                        <dt>{said.names[id]}</dt>
                        <dd>
                          {bindings[id].map((keys) => (
                            <kbd key={keys}>{keyName(keys, isMac)}</kbd>
                          ))}
                        </dd>
                      </div>
                    ))}
                </dl>
              </section>
            ))}
            <section>
              <h3>{said.groups.mouse}</h3>
              <dl>
                {said.mouse.map(([what, how]) => (
                  <div key={what}>
                    <dt>{what}</dt>
                    <dd>{how}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </div>
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
