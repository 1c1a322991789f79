import * as Dialog from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { FileValue } from '../../src-main/model/value-types.ts';
import { pictureInputs, setPicture } from '../session/picture-actions.ts';
import { DialogContent } from './dialog-content.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';

/** Pictures that hold no graph, and what the open graph can do with one of them. */
export function OfferedPictures() {
  const { studio } = usePlace();
  const offered = useCell(studio.offered);
  const close = () => studio.offered.set([]);
  return (
    <Dialog.Root open={offered.length > 0} onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <div className="dialog-shade" aria-hidden />
        <DialogContent className="dialog">
          {offered.length > 0 && <Offer pictures={offered} onClose={close} />}
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Offer({ pictures, onClose }: { pictures: readonly FileValue[]; onClose: () => void }) {
  const { studio, files } = usePlace();
  const { texts } = useTexts();
  const said = texts.gallery;
  const template = useCell(studio.template);
  const [at, setAt] = useState(0);
  const chosen = pictures[at] ?? pictures[0]!;
  const inputs = template ? pictureInputs(template.open) : [];
  const isOne = pictures.length === 1;
  return (
    <>
      <header className="dialog-head">
        <Dialog.Title>{said.offeredHeading(pictures.length)}</Dialog.Title>
        <Dialog.Close asChild>
          <IconButton icon={X} label={texts.pictures.close} />
        </Dialog.Close>
      </header>
      <div className="dialog-body">
        {inputs.length > 0 ? (
          <p>{said.offeredAbout(pictures.length)}</p>
        ) : (
          <p>
            <strong>{said.noInput.message}</strong> {said.noInput.remedy}
          </p>
        )}
        <ul className={`offered-pictures ${isOne ? 'single' : ''}`} aria-label={said.chooseOne}>
          {pictures.map(({ digest, name }, i) => (
            <li key={digest}>
              <button type="button" aria-pressed={i === at} aria-label={name} onClick={() => setAt(i)}>
                <img src={files.blobAddress(digest)} alt="" />
              </button>
            </li>
          ))}
        </ul>
        <p className="offered-name">{chosen.name}</p>
      </div>
      <footer className="dialog-foot wraps">
        <button type="button" className="quiet-button" onClick={onClose}>
          {said.cancel}
        </button>
        {inputs.map((input) => (
          <button
            key={`${input.node}.${input.input}`}
            type="button"
            className="run-button"
            onClick={() => {
              onClose();
              setPicture(studio, chosen, input);
            }}
          >
            {said.takeAs(texts.graphWords[input.label] ?? input.label)}
          </button>
        ))}
      </footer>
    </>
  );
}
