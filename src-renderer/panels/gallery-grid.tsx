import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { GalleryImage } from '../../src-main/model/run.ts';
import { imageKey } from '../session/gallery.ts';
import type { PictureList } from '../session/picture-list.ts';
import type { SelectablePictures } from '../session/picture-selection.ts';
import { useCell, usePlace, useTexts } from './place.tsx';

interface Props {
  readonly list: PictureList;
  readonly selection: SelectablePictures;
  /** About how large a picture is shown; columns share what is left. */
  readonly thumb: number;
  readonly onOpen: (at: number) => void;
  readonly onRemove: () => void;
}

const gapPx = 8;
const sidePx = 16;

/** However many pictures there are, only the rows in sight are drawn, and only their pages are asked for. */
export function GalleryGrid({ list, selection, thumb, onOpen, onRemove }: Props) {
  const { texts } = useTexts();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const { total, images } = useCell(list.state);
  const { chosen, active } = useCell(selection.state);
  const count = total ?? 0;
  const room = Math.max(thumb, width - 2 * sidePx);
  const columns = Math.max(1, Math.floor((room + gapPx) / (thumb + gapPx)));
  const side = (room - (columns - 1) * gapPx) / columns;
  const virtual = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => side + gapPx,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height lie elsewhere.
  useLayoutEffect(() => virtual.measure(), [side]);
  const rows = virtual.getVirtualItems();
  const first = (rows[0]?.index ?? 0) * columns;
  const end = ((rows.at(-1)?.index ?? 0) + 1) * columns;
  useEffect(() => list.show(first, end), [list, first, end]);

  const goTo = (to: number, event: KeyboardEvent): void => {
    const at = Math.max(0, Math.min(count - 1, to));
    virtual.scrollToIndex(Math.floor(at / columns));
    void selection.move(at, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (side + gapPx))) * columns;
    const to = {
      ArrowLeft: active - 1,
      ArrowRight: active + 1,
      ArrowUp: active - columns,
      ArrowDown: active + columns,
      PageUp: active - page,
      PageDown: active + page,
      Home: 0,
      End: count - 1,
    }[event.key];
    const isAll = event.key === 'a' && (event.ctrlKey || event.metaKey);
    if (to !== undefined) {
      if (to >= 0 || active === 0 || event.key !== 'ArrowUp') goTo(to, event);
    } else if (isAll) void selection.all();
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) onOpen(active);
    else if (event.key === ' ') void selection.press(active, { toggle: true });
    else if (event.key === 'Escape' && chosen.size > 0) selection.none();
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else return;
    event.preventDefault();
  };
  const onClick = (at: number, event: MouseEvent): void =>
    void selection.press(at, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey });

  return (
    <div ref={scroller} className="gallery-scroll">
      <div
        className="gallery-grid"
        role="listbox"
        aria-multiselectable
        aria-label={texts.gallery.list}
        aria-activedescendant={count > 0 ? `${id}-${active}` : undefined}
        tabIndex={0}
        style={{ height: virtual.getTotalSize() + sidePx }}
        onKeyDown={onKeyDown}
      >
        {rows.flatMap(({ index: row, start }) =>
          Array.from({ length: Math.min(columns, count - row * columns) }, (_, column) => {
            const at = row * columns + column;
            const image = images[at];
            const isChosen = image !== undefined && chosen.has(imageKey(image));
            const x = sidePx + column * (side + gapPx);
            return (
              <div
                key={image ? imageKey(image) : at}
                id={`${id}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={isChosen}
                aria-setsize={count}
                aria-posinset={at + 1}
                aria-label={image ? nameOf(image, texts.graphWords) : texts.gallery.loading}
                title={image ? nameOf(image, texts.graphWords) : undefined}
                className={`gallery-cell ${at === active ? 'active' : ''}`}
                style={{ width: side, height: side, transform: `translate(${x}px, ${start}px)` }}
                onMouseDown={(event) => {
                  // The list keeps the focus: it has the keys.
                  event.preventDefault();
                  event.currentTarget.parentElement?.focus({ preventScroll: true });
                }}
                onClick={(event) => onClick(at, event)}
                onKeyDown={undefined}
                onDoubleClick={() => onOpen(at)}
              >
                {image && <Thumb image={image} />}
              </div>
            );
          }),
        )}
      </div>
    </div>
  );
}

const nameOf = ({ prompt, title, seed }: GalleryImage, words: Readonly<Record<string, string>>): string =>
  [prompt || (words[title] ?? title), seed].filter(Boolean).join(' · ');

function Thumb({ image }: { image: GalleryImage }) {
  const { files } = usePlace();
  return (
    <>
      <img src={files.imageAddress(image.digest)} alt="" decoding="async" draggable={false} />
      {image.prompt !== '' && <span className="gallery-words">{image.prompt}</span>}
    </>
  );
}

function useWidth(of: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [of]);
  return width;
}
