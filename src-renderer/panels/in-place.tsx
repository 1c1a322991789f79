import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { setLooks } from '../../src-main/model/edits.ts';
import type { Box, Writing } from '../canvas/view.ts';
import { markedIn, write } from '../session/ground.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { useCell, useTexts } from './place.tsx';

interface Props {
  readonly open: OpenGraph;
  readonly what: Writing;
  /** In the panel's pixels. */
  readonly box: Box;
  /** Pixels of a graph unit. */
  readonly scale: number;
  readonly onClose: () => void;
}

/** Words are written where they stand: titles of nodes and groups, and notes. */
export function InPlace({ what, ...props }: Props) {
  return what.kind === 'note' ? <NoteText {...props} what={what} /> : <Title {...props} what={what} />;
}

const leastPixels = 11;

/** Enter and a click elsewhere keep a title, Escape leaves it as it was. */
function Title({ open, what, box, scale, onClose }: Props & { what: Exclude<Writing, { kind: 'note' }> }) {
  const { texts } = useTexts();
  const isGroup = what.kind === 'group';
  const graph = open.graph.get();
  const before = isGroup ? (graph.groups[what.id]?.title ?? '') : (graph.nodes[what.id]?.title ?? '');
  const shown = isGroup ? before : (texts.graphWords[before] ?? before);
  const [title, setTitle] = useState(shown);
  const isOver = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);

  const keep = (): void => {
    if (isOver.current) return;
    isOver.current = true;
    const next = title.trim();
    if (next !== shown) {
      if (isGroup) write(open, what, next);
      else open.change('look', (draft) => setLooks(draft, [what.id], { title: next === '' ? null : next }));
    }
    open.history.close();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') {
      isOver.current = true;
      open.history.close();
      onClose();
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) keep();
  };
  return (
    <input
      ref={field}
      // biome-ignore lint/a11y/noAutofocus: it opens because a person asked to write here.
      autoFocus
      className="in-place title"
      aria-label={isGroup ? texts.canvas.groupTitle : texts.canvas.nodeTitle}
      maxLength={200}
      value={title}
      style={{
        left: box.left,
        top: box.top,
        width: Math.max(160, box.width),
        height: Math.max(28, box.height),
        fontSize: Math.max(leastPixels, (isGroup ? 14 : 13) * scale),
      }}
      onChange={(event) => setTitle(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={keep}
    />
  );
}

/** A note is kept as it is written. One that was just made and says nothing is gone again. */
function NoteText({ open, what, box, scale, onClose }: Props & { what: Extract<Writing, { kind: 'note' }> }) {
  const { texts } = useTexts();
  const note = markedIn(useCell(open.graph), what);
  const wasEmpty = useRef(note !== null && 'text' in note && note.text === '');
  if (!note || !('text' in note)) return null;
  const leave = (): void => {
    if (wasEmpty.current && note.text === '') open.history.bail();
    open.history.close();
    onClose();
  };
  return (
    <textarea
      // biome-ignore lint/a11y/noAutofocus: it opens because a person asked to write here.
      autoFocus
      className="in-place note"
      aria-label={texts.canvas.note}
      placeholder={texts.canvas.noteEmpty}
      value={note.text}
      style={{
        left: box.left,
        top: box.top,
        width: Math.max(160, box.width),
        height: Math.max(72, box.height),
        fontSize: Math.max(leastPixels, 13 * scale),
        lineHeight: `${Math.max(16, 18 * scale)}px`,
        padding: `${12 * scale}px`,
      }}
      onChange={(event) => write(open, what, event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          leave();
        }
      }}
      onBlur={leave}
    />
  );
}
