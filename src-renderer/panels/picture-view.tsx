import * as Dialog from '@radix-ui/react-dialog';
import {
  ChevronLeft,
  ChevronRight,
  Copy,
  Download,
  Maximize,
  Minimize,
  SlidersHorizontal,
  Workflow,
  X,
} from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { RunImage } from '../../src-main/model/run.ts';
import { copyText } from './copy-text.ts';
import { IconButton } from './icon-button.tsx';
import { usePlace, useTexts } from './place.tsx';

interface Props {
  readonly images: readonly RunImage[];
  /** The one that is open, or none. */
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
}

/** One picture, as large as the window allows. */
export function PictureView({ images, at, onMove }: Props) {
  const image = at === null ? undefined : images[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || at === null || !images[at + by]) return;
    event.preventDefault();
    onMove(at + by);
  };
  return (
    <Dialog.Root open={image !== undefined} onOpenChange={(open) => open || onMove(null)}>
      <Dialog.Portal>
        <Dialog.Content className="picture-view" aria-describedby={undefined} onKeyDown={onKeyDown}>
          {image && at !== null && <Shown image={image} at={at} count={images.length} onMove={onMove} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Shown({ image, at, count, onMove }: { image: RunImage; at: number; count: number; onMove: Props['onMove'] }) {
  const { files, studio } = usePlace();
  const { texts } = useTexts();
  const [isActualSize, setActualSize] = useState(false);
  const said = texts.pictures;
  const address = files.imageAddress(image.digest);
  const { seed } = image;
  const name = `${image.title}${seed === null ? '' : `-${seed}`}-${image.digest.slice(0, 8)}.png`;

  const copySeed = () =>
    studio.notices.attempt(async () => {
      await copyText(seed ?? '');
      studio.notices.say((now) => now.said.copied(seed ?? ''));
    });
  const useValues = () => {
    onMove(null);
    void studio.takeValuesOf(image.runId);
  };
  const openGraph = () => {
    onMove(null);
    void studio.openDigest(image.digest, name);
  };
  return (
    <>
      <div className="picture-bar">
        <Dialog.Title>{texts.graphWords[image.title] ?? image.title}</Dialog.Title>
        <dl>
          {seed !== null && (
            <div className="picture-fact">
              <dt>{said.seed}</dt>
              <dd>{seed}</dd>
            </div>
          )}
          <div className="picture-fact">
            <dt>{said.size}</dt>
            <dd>
              {image.width} × {image.height}
            </dd>
          </div>
        </dl>
        <span className="spring" />
        <button type="button" className="quiet-button" onClick={useValues}>
          <SlidersHorizontal size={16} aria-hidden />
          {said.useValues}
        </button>
        <IconButton icon={Workflow} label={said.openGraph} onClick={openGraph} />
        {seed !== null && <IconButton icon={Copy} label={said.copySeed} onClick={() => void copySeed()} />}
        <a className="icon-button" href={address} download={name} aria-label={said.download} title={said.download}>
          <Download size={16} aria-hidden />
        </a>
        <IconButton
          icon={isActualSize ? Minimize : Maximize}
          label={isActualSize ? said.fit : said.actualSize}
          onClick={() => setActualSize(!isActualSize)}
        />
        <Dialog.Close asChild>
          <IconButton icon={X} label={said.close} />
        </Dialog.Close>
      </div>
      <div className="picture-room">
        <IconButton
          icon={ChevronLeft}
          className="round"
          label={said.previous}
          disabled={at === 0}
          onClick={() => onMove(at - 1)}
        />
        <div className={`picture-frame ${isActualSize ? '' : 'fit'}`}>
          <img
            key={image.digest}
            className="picture"
            src={address}
            alt={image.title}
            width={image.width}
            height={image.height}
            // Beyond that, enlarging shows nothing but the blur.
            style={isActualSize ? {} : { maxWidth: image.width * 3, maxHeight: image.height * 3 }}
          />
        </div>
        <IconButton
          icon={ChevronRight}
          className="round"
          label={said.next}
          disabled={at >= count - 1}
          onClick={() => onMove(at + 1)}
        />
      </div>
    </>
  );
}
