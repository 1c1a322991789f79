import * as Dialog from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { useState } from 'react';
import { DialogContent } from './dialog-content.tsx';
import { GridSetup } from './grid-setup.tsx';
import { GridTable } from './grid-table.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { useCommands } from './use-commands.ts';

/** Grids of pictures: what to vary, then the table that fills. It is there again whenever it is opened. */
export function GridDialog() {
  const studio = useStudio();
  const { texts } = useTexts();
  const template = useCell(studio.template);
  const grid = useCell(studio.grids.shown);
  const [isOpen, setOpen] = useState(false);
  const [isNew, setNew] = useState(false);
  const begin = (): void => {
    setNew(false);
    setOpen(true);
  };
  useCommands(template && { 'run.grid': begin });
  const showsTable = grid !== null && !isNew;
  return (
    <Dialog.Root open={isOpen && template !== null} onOpenChange={setOpen}>
      <Dialog.Portal>
        <div className="dialog-shade" aria-hidden />
        <DialogContent className={`dialog grid-dialog ${showsTable ? 'wide' : ''}`}>
          <header className="dialog-head">
            <Dialog.Title>{texts.grid.heading}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={texts.pictures.close} />
            </Dialog.Close>
          </header>
          {showsTable ? (
            <GridTable grid={grid} onNew={() => setNew(true)} />
          ) : (
            template && (
              <GridSetup
                key={template.name}
                open={template.open}
                onRun={() => setNew(false)}
                onBack={grid ? () => setNew(false) : null}
              />
            )
          )}
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
