import type { RunImage } from '../../src-main/model/run.ts';
import { imageKey } from '../session/gallery.ts';
import { holdPicture } from './picture-drag.ts';
import { usePlace, useTexts } from './place.tsx';

const nameOf = ({ title, seed }: RunImage): string => (seed === null ? title : `${title} · ${seed}`);

/** Pictures to open, and to drag to where a picture is wanted. */
export function PictureStrip({
  images,
  onOpen,
}: {
  images: readonly RunImage[];
  onOpen: (image: RunImage, at: number) => void;
}) {
  const { files } = usePlace();
  const { texts } = useTexts();
  return (
    <ul className="pictures">
      {images.map((image, at) => (
        <li key={imageKey(image)} draggable onDragStart={(event) => holdPicture(event, image)}>
          <button
            type="button"
            onClick={() => onOpen(image, at)}
            aria-label={texts.pictures.open(nameOf(image))}
            title={nameOf(image)}
          >
            <img
              src={files.imageAddress(image.digest)}
              width={image.width}
              height={image.height}
              alt=""
              loading="lazy"
              decoding="async"
              draggable={false}
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
