import { Images } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { RunImage } from '../../src-main/model/run.ts';
import { imageKey } from '../session/gallery.ts';
import { PictureView } from './picture-view.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

const nameOf = ({ title, seed }: RunImage): string => (seed === null ? title : `${title} · ${seed}`);

/** All kept pictures, newest first; older ones come as the end is scrolled to. */
export function Gallery() {
  const { studio, files } = usePlace();
  const { texts } = useTexts();
  const { images, complete, loaded, problems } = useCell(studio.gallery.state);
  // By key, so that a picture stays open when newer ones come before it.
  const [openKey, setOpenKey] = useState<string | null>(null);
  const heading = useId();
  const end = useRef<HTMLDivElement>(null);
  const index = openKey === null ? -1 : images.findIndex((image) => imageKey(image) === openKey);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an end that is still in sight after a page was loaded is looked at again.
  useEffect(() => {
    if (complete || !end.current) return;
    const watcher = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && void studio.gallery.more(),
      { rootMargin: '400px' },
    );
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [studio, complete, loaded, images.length]);

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
      <ul className="pictures">
        {images.map((image) => (
          <li key={imageKey(image)}>
            <button
              type="button"
              onClick={() => setOpenKey(imageKey(image))}
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
              />
            </button>
          </li>
        ))}
      </ul>
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
