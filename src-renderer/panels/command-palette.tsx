import * as Dialog from '@radix-ui/react-dialog';
import { Command } from 'cmdk';
import { useState } from 'react';
import { languages } from '../../src-main/texts/language.ts';
import { pageTexts } from '../../src-main/texts/say-page.ts';
import { commandIds } from '../session/commands.ts';
import { DialogContent } from './dialog-content.tsx';
import { keyName } from './key-name.ts';
import { useCell, usePlace, useTexts } from './place.tsx';
import { useCommands } from './use-commands.ts';

/** Every command by its name, with its keys. */
export function CommandPalette() {
  const { studio, isMac } = usePlace();
  const { texts } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const available = useCell(studio.commands.available);
  const bindings = useCell(studio.commands.bindings);
  useCommands({ 'palette.open': () => setOpen((was) => !was) });
  const said = texts.commands;
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Portal>
        <div className="dialog-shade" aria-hidden />
        <DialogContent className="command-palette">
          <Dialog.Title className="visually-hidden">{said.heading}</Dialog.Title>
          <Command label={said.heading} loop>
            <Command.Input autoFocus placeholder={said.search} className="palette-input" />
            <Command.List className="palette-list">
              <Command.Empty className="palette-empty">{said.nothing}</Command.Empty>
              {commandIds
                .filter((id) => available.includes(id) && id !== 'palette.open')
                .map((id) => (
                  <Command.Item
                    key={id}
                    value={id}
                    keywords={languages.map((one) => pageTexts(one).commands.names[id])}
                    className="palette-item command-item"
                    onSelect={() => {
                      setOpen(false);
                      studio.commands.run(id);
                    }}
                  >
                    <span>{said.names[id]}</span>
                    {bindings[id][0] !== undefined && <kbd>{keyName(bindings[id][0], isMac)}</kbd>}
                  </Command.Item>
                ))}
            </Command.List>
          </Command>
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
