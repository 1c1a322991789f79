import { Images } from 'lucide-react';
import { useState } from 'react';
import type { GraphId } from '../../src-main/model/ids.ts';
import type { PictureList } from '../session/picture-list.ts';
import { PictureStrip } from './picture-strip.tsx';
import { PictureView } from './picture-view.tsx';
import { useCell, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useEnd } from './use-end.ts';
import { usePictures } from './use-pictures.ts';

const pageImages = 60;

/** What one graph has made, newest first. */
export function GraphPictures({ graphId }: { graphId: GraphId }) {
  const shown = usePictures(graphId);
  return shown && <Shown list={shown.list} />;
}

function Shown({ list }: { list: PictureList }) {
  const { texts } = useTexts();
  const { total, images, problems } = useCell(list.state);
  const [wanted, setWanted] = useState(pageImages);
  const [openAt, setOpenAt] = useState<number | null>(null);
  const count = total ?? 0;
  const here = Array.from({ length: Math.min(wanted, count) }, (_, at) => images[at]).filter(
    (one) => one !== undefined,
  );
  const isComplete = total !== null && here.length >= count;
  const end = useEnd(
    () => {
      list.show(0, wanted + pageImages);
      setWanted(wanted + pageImages);
    },
    total === null || isComplete,
    here.length,
  );
  const open = (at: number | null): void => {
    if (at !== null) list.show(0, Math.max(wanted, at + 1));
    setOpenAt(at);
  };
  return (
    <div className="side-pictures">
      <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
      {total === 0 && (
        <div className="empty-note">
          <Images size={24} aria-hidden />
          <p>
            <strong>{texts.side.noPictures.message}</strong>
            {texts.side.noPictures.remedy}
          </p>
        </div>
      )}
      <PictureStrip images={here} onOpen={(_, at) => open(at)} />
      {total !== null && !isComplete && <div ref={end} className="gallery-end" />}
      <PictureView images={images} count={count} at={openAt} onMove={open} />
    </div>
  );
}
