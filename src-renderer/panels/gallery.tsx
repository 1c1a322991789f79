import { Images } from 'lucide-react';
import { useId, useState } from 'react';
import { imageKey } from '../session/gallery.ts';
import { PictureStrip } from './picture-strip.tsx';
import { PictureView } from './picture-view.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useEnd } from './use-end.ts';

/** All kept pictures, newest first; older ones come as the end is scrolled to. */
export function Gallery() {
  const { studio } = usePlace();
  const { texts } = useTexts();
  const { images, complete, loaded, problems } = useCell(studio.gallery.state);
  // By key, so that a picture stays open when newer ones come before it.
  const [openKey, setOpenKey] = useState<string | null>(null);
  const heading = useId();
  const index = openKey === null ? -1 : images.findIndex((image) => imageKey(image) === openKey);

  const end = useEnd(() => void studio.gallery.more(), complete || !loaded, images.length);

  return (
    <section className="gallery" aria-labelledby={heading}>
      <h2 id={heading}>{texts.pictures.heading}</h2>
      <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
      {loaded && images.length === 0 && (
        <div className="empty-note">
          <Images size={24} aria-hidden />
          <p>
            <strong>{texts.pictures.empty.message}</strong>
            {texts.pictures.empty.remedy}
          </p>
        </div>
      )}
      <PictureStrip images={images} onOpen={(image) => setOpenKey(imageKey(image))} />
      {loaded && !complete && <div ref={end} className="gallery-end" />}
      <PictureView
        images={images}
        count={images.length}
        at={index < 0 ? null : index}
        onMove={(at) => setOpenKey(at === null ? null : imageKey(images[at]!))}
      />
    </section>
  );
}
