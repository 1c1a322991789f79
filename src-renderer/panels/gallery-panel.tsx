import { Images, Search, SearchX, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { GalleryImage } from '../../src-main/model/run.ts';
import { removePictures } from '../session/picture-actions.ts';
import { everything, type PictureList } from '../session/picture-list.ts';
import { CompareView } from './compare-view.tsx';
import { GalleryActions } from './gallery-actions.tsx';
import { GalleryGrid } from './gallery-grid.tsx';
import { IconButton } from './icon-button.tsx';
import { PictureView } from './picture-view.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useCommands } from './use-commands.ts';
import { type ShownPictures, usePictures } from './use-pictures.ts';

const thumbPx = { least: 96, most: 384, first: 176 };

/** Every kept picture: to look for, to look at and to work with. */
export function GalleryPanel() {
  const pictures = usePictures();
  return pictures && <Pictures {...pictures} />;
}

function Pictures({ list, selection }: ShownPictures) {
  const studio = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const { total, images, problems } = useCell(list.state);
  const query = useCell(list.query);
  const { chosen } = useCell(selection.state);
  const [thumb, setThumb] = useState(thumbPx.first);
  const [openAt, setOpenAt] = useState<number | null>(null);
  const [pair, setPair] = useState<readonly [GalleryImage, GalleryImage] | null>(null);
  /** What an undo would do here. */
  const [takeBack, setTakeBack] = useState<(() => void) | null>(null);
  const undo = (): void => {
    takeBack?.();
    setTakeBack(null);
  };
  useCommands(takeBack && { 'graph.undo': undo });
  const isSearch = query.text.trim() !== '' || query.graphId !== null || query.pack !== null;
  const picked = [...chosen.values()];

  const remove = async (): Promise<void> => {
    if (picked.length === 0) return;
    const undo = await removePictures(studio, picked);
    setTakeBack(() => undo);
  };
  const open = (at: number): void => {
    list.show(at, at + 1);
    setOpenAt(at);
  };
  return (
    <section className="gallery-panel" aria-labelledby={heading}>
      <header className="gallery-head">
        <h2 id={heading}>{texts.panels.names.gallery}</h2>
        {total !== null && <span className="quiet gallery-count">{texts.gallery.count(total)}</span>}
        <span className="spring" />
        <Filters list={list} />
        <input
          type="range"
          className="thumb-size"
          aria-label={texts.gallery.thumbnails}
          title={texts.gallery.thumbnails}
          min={thumbPx.least}
          max={thumbPx.most}
          step={16}
          value={thumb}
          onChange={(event) => setThumb(Number(event.target.value))}
        />
      </header>
      <ProblemNote problems={problems.filter(({ code }) => code !== 'port.closed')} />
      {total === 0 ? (
        <NothingHere isSearch={isSearch} onShowAll={() => list.search(everything)} />
      ) : (
        <GalleryGrid {...{ list, selection, thumb }} onOpen={open} onRemove={() => void remove()} />
      )}
      {picked.length > 0 && (
        <GalleryActions
          images={picked}
          onOpen={() => open(selection.state.get().active)}
          onCompare={() => setPair([picked[0]!, picked[1]!])}
          onRemove={() => void remove()}
          onNone={selection.none}
        />
      )}
      <PictureView
        images={images}
        count={total ?? 0}
        at={openAt}
        onMove={(at) => (at === null ? setOpenAt(null) : open(at))}
      />
      <CompareView pair={pair} onClose={() => setPair(null)} />
    </section>
  );
}

function Filters({ list }: { list: PictureList }) {
  const { texts } = useTexts();
  const { text, graphId, pack } = useCell(list.query);
  const { filters } = useCell(list.state);
  const said = texts.gallery;
  return (
    <>
      <div className="input gallery-search">
        <Search size={16} aria-hidden />
        <input
          type="search"
          aria-label={said.search}
          placeholder={said.search}
          value={text}
          onChange={(event) => list.search({ text: event.target.value })}
        />
        {text !== '' && <IconButton icon={X} label={said.clearSearch} onClick={() => list.search({ text: '' })} />}
      </div>
      <select
        className="input gallery-filter"
        aria-label={said.graph}
        value={graphId ?? ''}
        onChange={(event) => list.search({ graphId: event.target.value || null })}
      >
        <option value="">{said.allGraphs}</option>
        {filters.graphs.map((one) => (
          <option key={one.graphId} value={one.graphId}>
            {`${texts.graphWords[one.title] ?? (one.title || said.untitled)} (${one.count})`}
          </option>
        ))}
      </select>
      <select
        className="input gallery-filter"
        aria-label={said.pack}
        value={pack ?? ''}
        onChange={(event) => list.search({ pack: event.target.value || null })}
      >
        <option value="">{said.allPacks}</option>
        {filters.packs.map((one) => (
          <option key={one.pack} value={one.pack}>{`${one.pack} (${one.count})`}</option>
        ))}
      </select>
    </>
  );
}

function NothingHere({ isSearch, onShowAll }: { isSearch: boolean; onShowAll: () => void }) {
  const { texts } = useTexts();
  const Icon = isSearch ? SearchX : Images;
  const { message, remedy } = isSearch ? texts.gallery.nothingFound : texts.pictures.empty;
  return (
    <div className="empty-note gallery-empty">
      <Icon size={32} aria-hidden />
      <p>
        <strong>{message}</strong>
        {remedy}
      </p>
      {isSearch && (
        <button type="button" className="quiet-button" onClick={onShowAll}>
          {texts.gallery.showAll}
        </button>
      )}
    </div>
  );
}
