import * as Dialog from '@radix-ui/react-dialog';
import {
  ChevronLeft,
  ChevronRight,
  Copy,
  Download,
  FolderOpen,
  Hash,
  ImageUp,
  Info,
  LoaderCircle,
  Maximize,
  Minimize,
  SlidersHorizontal,
  Trash2,
  Workflow,
  X,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useState } from 'react';
import type { RunImage } from '../../src-main/model/run.ts';
import { pictureName, removePictures, takePicture } from '../session/picture-actions.ts';
import { zoomStep } from '../session/zoom.ts';
import { copyText } from './copy-text.ts';
import { DialogContent } from './dialog-content.tsx';
import { IconButton } from './icon-button.tsx';
import { useOwnDisk } from './own-disk.ts';
import { PictureDetails } from './picture-details.tsx';
import { copyPicture } from './picture-tools.ts';
import { usePlace, useTexts } from './place.tsx';
import { useZoom, type ZoomControls } from './use-zoom.ts';

interface Props {
  /** By their place; of a long list some may not be here yet. */
  readonly images: readonly RunImage[] | Readonly<Record<number, RunImage>>;
  readonly count: number;
  /** The one that is open, or none. */
  readonly at: number | null;
  readonly onMove: (at: number | null) => void;
}

/** One picture, as large as the window allows or as a person wants it. */
export function PictureView({ images, count, at, onMove }: Props) {
  const isOpen = at !== null && at < count;
  const image = isOpen ? images[at] : undefined;
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || onMove(null)}>
      <Dialog.Portal>{isOpen && <Shown image={image} at={at} count={count} onMove={onMove} />}</Dialog.Portal>
    </Dialog.Root>
  );
}

interface ShownProps extends Pick<Props, 'count' | 'onMove'> {
  readonly image: RunImage | undefined;
  readonly at: number;
}

/** Whether details are shown, from one picture to the next. */
let showsDetails = false;

function Shown({ image, at, count, onMove }: ShownProps) {
  const { files, studio } = usePlace();
  const { texts } = useTexts();
  const said = texts.pictures;
  const zoom = useZoom(image ?? { width: 0, height: 0 });
  const [hasDetails, setDetails] = useState(showsDetails);
  const { fit } = zoom;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture is first seen whole.
  useLayoutEffect(fit, [image?.digest]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1 }[event.key];
    if (to !== undefined && to >= 0 && to < count) onMove(to);
    else if (event.key === 'Delete' && image) void removePictures(studio, [image]);
    else if (!zoom.onKey(event)) return;
    event.preventDefault();
  };
  const words = image ? promptOf(image) || (texts.graphWords[image.title] ?? image.title) : texts.gallery.loading;
  const toggleDetails = (): void => {
    showsDetails = !hasDetails;
    setDetails(showsDetails);
  };
  return (
    <DialogContent className="picture-view" onKeyDown={onKeyDown}>
      <div className="picture-bar">
        <Dialog.Title title={words}>{words}</Dialog.Title>
        {image && <Facts image={image} />}
        <span className="spring" />
        {image && <Actions image={image} onDone={() => onMove(null)} />}
        <ZoomButtons zoom={zoom} />
        <IconButton icon={Info} label={texts.gallery.details} pressed={hasDetails} onClick={toggleDetails} />
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
        <div className={`picture-frame ${zoom.isFit ? 'fit' : ''}`} {...zoom.frameProps}>
          {image ? (
            <img
              key={image.digest}
              className="picture"
              src={files.imageAddress(image.digest)}
              alt={image.title}
              draggable={false}
              style={zoom.style}
            />
          ) : (
            <LoaderCircle className="spin" size={24} aria-hidden />
          )}
        </div>
        <IconButton
          icon={ChevronRight}
          className="round"
          label={said.next}
          disabled={at >= count - 1}
          onClick={() => onMove(at + 1)}
        />
        {hasDetails && image && <PictureDetails image={image} />}
      </div>
    </DialogContent>
  );
}

/** What it was made from, where that is known. */
export const promptOf = (image: RunImage): string => ('prompt' in image ? String(image.prompt) : '');

function Facts({ image: { seed, width, height } }: { image: RunImage }) {
  const { texts } = useTexts();
  return (
    <dl>
      {seed !== null && (
        <div className="picture-fact">
          <dt>{texts.pictures.seed}</dt>
          <dd>{seed}</dd>
        </div>
      )}
      <div className="picture-fact">
        <dt>{texts.pictures.size}</dt>
        <dd>
          {width} × {height}
        </dd>
      </div>
    </dl>
  );
}

function Actions({ image, onDone }: { image: RunImage; onDone: () => void }) {
  const { files, studio } = usePlace();
  const { texts } = useTexts();
  const said = texts.pictures;
  const { seed, digest, runId } = image;
  const desktop = useOwnDisk();
  const name = pictureName(image);
  const copySeed = () =>
    studio.notices.attempt(async () => {
      await copyText(seed ?? '');
      studio.notices.say((now) => now.said.copied(seed ?? ''));
    });
  const leaveFor = (work: () => Promise<void>) => () => {
    onDone();
    studio.preferences.change({ panel: 'create' });
    void work();
  };
  return (
    <>
      <button type="button" className="quiet-button" onClick={leaveFor(() => studio.takeValuesOf(runId))}>
        <SlidersHorizontal size={16} aria-hidden />
        {said.useValues}
      </button>
      <IconButton icon={Workflow} label={said.openGraph} onClick={leaveFor(() => studio.openDigest(digest, name))} />
      <IconButton
        icon={ImageUp}
        label={texts.gallery.useAsInput}
        onClick={leaveFor(() => takePicture(studio, image))}
      />
      {seed !== null && <IconButton icon={Hash} label={said.copySeed} onClick={() => void copySeed()} />}
      <IconButton icon={Copy} label={texts.gallery.copy} onClick={() => void copyPicture(studio, files, image)} />
      {desktop && (
        <IconButton
          icon={FolderOpen}
          label={texts.gallery.showFile}
          onClick={() => void studio.notices.attempt(() => desktop.showPicture(digest))}
        />
      )}
      <a
        className="icon-button"
        href={files.imageAddress(digest)}
        download={name}
        aria-label={said.download}
        title={said.download}
      >
        <Download size={16} aria-hidden />
      </a>
      <IconButton icon={Trash2} label={texts.gallery.remove} onClick={() => void removePictures(studio, [image])} />
      <span className="bar-line" />
    </>
  );
}

export function ZoomButtons({ zoom }: { zoom: ZoomControls }) {
  const { texts } = useTexts();
  const { pictures, gallery } = texts;
  return (
    <>
      <IconButton icon={ZoomOut} label={gallery.zoomOut} onClick={() => zoom.zoomBy(1 / zoomStep)} />
      <output className="zoom-percent">{`${zoom.percent}%`}</output>
      <IconButton icon={ZoomIn} label={gallery.zoomIn} onClick={() => zoom.zoomBy(zoomStep)} />
      <IconButton
        icon={zoom.isFit ? Maximize : Minimize}
        label={zoom.isFit ? pictures.actualSize : pictures.fit}
        onClick={zoom.toggle}
      />
    </>
  );
}
