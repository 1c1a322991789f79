import {
  Columns2,
  Copy,
  Download,
  FolderOpen,
  ImageUp,
  type LucideIcon,
  Maximize2,
  SlidersHorizontal,
  Trash2,
  Workflow,
  X,
} from 'lucide-react';
import type { GalleryImage } from '../../src-main/model/run.ts';
import { pictureName, takePicture } from '../session/picture-actions.ts';
import { IconButton } from './icon-button.tsx';
import { useOwnDisk } from './own-disk.ts';
import { copyPicture, downloadPictures } from './picture-tools.ts';
import { usePlace, useTexts } from './place.tsx';

interface Props {
  readonly images: readonly GalleryImage[];
  readonly onOpen: () => void;
  readonly onCompare: () => void;
  readonly onRemove: () => void;
  readonly onNone: () => void;
}

/** What can be done with the selected pictures. */
export function GalleryActions({ images, onOpen, onCompare, onRemove, onNone }: Props) {
  const { studio, files } = usePlace();
  const { texts } = useTexts();
  const said = texts.gallery;
  const desktop = useOwnDisk();
  const [first] = images;
  const isOne = images.length === 1;
  const withGraph = (work: (image: GalleryImage) => Promise<void>) => () => {
    studio.preferences.change({ panel: 'create' });
    if (first) void work(first);
  };
  return (
    <div className="gallery-actions" role="toolbar" aria-label={said.selected(images.length)}>
      <IconButton icon={X} label={said.selectNone} onClick={onNone} />
      <span className="gallery-selected" role="status">
        {said.selected(images.length)}
      </span>
      <span className="spring" />
      {isOne && <Action icon={Maximize2} name={said.open} onClick={onOpen} />}
      {images.length === 2 && <Action icon={Columns2} name={said.compare} onClick={onCompare} />}
      {isOne && first && (
        <>
          <Action
            icon={Workflow}
            name={said.openGraph}
            onClick={withGraph((image) => studio.openDigest(image.digest, pictureName(image)))}
          />
          <Action
            icon={SlidersHorizontal}
            name={said.useValues}
            onClick={withGraph((image) => studio.takeValuesOf(image.runId))}
          />
          <Action icon={ImageUp} name={said.useAsInput} onClick={() => void takePicture(studio, first)} />
          <IconButton icon={Copy} label={said.copy} onClick={() => void copyPicture(studio, files, first)} />
          {desktop && (
            <IconButton
              icon={FolderOpen}
              label={said.showFile}
              onClick={() => void studio.notices.attempt(() => desktop.showPicture(first.digest))}
            />
          )}
        </>
      )}
      <IconButton icon={Download} label={said.download} onClick={() => downloadPictures(studio, files, images)} />
      <IconButton icon={Trash2} label={said.remove} className="danger" onClick={onRemove} />
    </div>
  );
}

function Action({ icon: Icon, name, onClick }: { icon: LucideIcon; name: string; onClick: () => void }) {
  return (
    <button type="button" className="quiet-button" onClick={onClick}>
      <Icon size={16} aria-hidden />
      {name}
    </button>
  );
}
