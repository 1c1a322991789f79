import * as Dialog from '@radix-ui/react-dialog';
import { ArrowLeftRight, Columns2, SquareSplitHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { RunImage } from '../../src-main/model/run.ts';
import { DialogContent } from './dialog-content.tsx';
import { IconButton } from './icon-button.tsx';
import { promptOf, ZoomButtons } from './picture-view.tsx';
import { usePlace, useTexts } from './place.tsx';
import { useZoom, type ZoomControls } from './use-zoom.ts';

interface Props {
  readonly pair: readonly [RunImage, RunImage] | null;
  readonly onClose: () => void;
}

/** Two pictures: one over the other with a divider to drag, or side by side. */
export function CompareView({ pair, onClose }: Props) {
  return (
    <Dialog.Root open={pair !== null} onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>{pair && <Compared pair={pair} />}</Dialog.Portal>
    </Dialog.Root>
  );
}

function Compared({ pair }: { pair: readonly [RunImage, RunImage] }) {
  const { texts } = useTexts();
  const said = texts.gallery;
  const [isSwapped, setSwapped] = useState(false);
  const [way, setWay] = useState<'slider' | 'sides'>('slider');
  const [first, second] = isSwapped ? [pair[1], pair[0]] : pair;
  // The larger one sets the scale; the other is drawn as large as it.
  const size = first.width * first.height >= second.width * second.height ? first : second;
  const zoom = useZoom(size);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (zoom.onKey(event)) event.preventDefault();
  };
  return (
    <DialogContent className="picture-view" onKeyDown={onKeyDown}>
      <div className="picture-bar">
        <Dialog.Title>{said.compareHeading}</Dialog.Title>
        <span className="spring" />
        <IconButton
          icon={SquareSplitHorizontal}
          label={said.slider}
          pressed={way === 'slider'}
          onClick={() => setWay('slider')}
        />
        <IconButton icon={Columns2} label={said.sideBySide} pressed={way === 'sides'} onClick={() => setWay('sides')} />
        <IconButton icon={ArrowLeftRight} label={said.swap} onClick={() => setSwapped(!isSwapped)} />
        <span className="bar-line" />
        <ZoomButtons zoom={zoom} />
        <Dialog.Close asChild>
          <IconButton icon={X} label={texts.pictures.close} />
        </Dialog.Close>
      </div>
      <div className="picture-room compare">
        {way === 'slider' ? (
          <UnderSlider first={first} second={second} zoom={zoom} />
        ) : (
          [first, second].map((image, i) => (
            <figure key={i === 0 ? 'first' : 'second'} className="compare-side">
              <div className={`picture-frame ${zoom.isFit ? 'fit' : ''}`} {...zoom.frameProps}>
                <Picture image={image} zoom={zoom} />
              </div>
              <Caption image={image} name={i === 0 ? said.first : said.second} />
            </figure>
          ))
        )}
      </div>
    </DialogContent>
  );
}

function Picture({ image, zoom }: { image: RunImage; zoom: ZoomControls }) {
  const { files } = usePlace();
  return (
    <img
      className="picture"
      src={files.imageAddress(image.digest)}
      alt={nameOf(image)}
      draggable={false}
      style={zoom.style}
    />
  );
}

const nameOf = ({ title, seed }: RunImage): string => (seed === null ? title : `${title} · ${seed}`);

function Caption({ image, name }: { image: RunImage; name: string }) {
  const { texts } = useTexts();
  return (
    <figcaption>
      <b>{name}</b>
      {promptOf(image) !== '' && <span className="compare-prompt">{promptOf(image)}</span>}
      {image.seed !== null && (
        <span>
          {texts.pictures.seed} {image.seed}
        </span>
      )}
      <span>
        {image.width} × {image.height}
      </span>
    </figcaption>
  );
}

function UnderSlider({ first, second, zoom }: { first: RunImage; second: RunImage; zoom: ZoomControls }) {
  const { texts } = useTexts();
  const said = texts.gallery;
  const [share, setShare] = useState(50);
  const set = (value: number) => setShare(Math.min(100, Math.max(0, value)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = {
      ArrowLeft: -2,
      ArrowDown: -2,
      ArrowRight: 2,
      ArrowUp: 2,
      PageDown: -10,
      PageUp: 10,
      Home: -100,
      End: 100,
    };
    const step = by[event.key as keyof typeof by];
    if (step === undefined) return;
    event.preventDefault();
    set(share + step);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    set(Math.round(((event.clientX - box.left) / box.width) * 100));
  };
  return (
    <figure className="compare-both">
      <div className={`picture-frame ${zoom.isFit ? 'fit' : ''}`}>
        <div className="compare-layer" {...zoom.frameProps}>
          <Picture image={second} zoom={zoom} />
          <div className="compare-layer" style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}>
            <Picture image={first} zoom={zoom} />
          </div>
        </div>
        <div
          className="compare-divider"
          role="slider"
          tabIndex={0}
          aria-label={said.divider}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share}
          aria-valuetext={said.dividerAt(share)}
          style={{ left: `${share}%` }}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={onPointerMove}
        />
      </div>
      <div className="compare-captions">
        <Caption image={first} name={said.first} />
        <Caption image={second} name={said.second} />
      </div>
    </figure>
  );
}
