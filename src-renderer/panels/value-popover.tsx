import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { NodeId } from '../../src-main/model/ids.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import { wordsOfType } from '../session/names.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { ChoiceList } from './choice-list.tsx';
import { useCell, useTexts } from './place.tsx';
import { ValueControl } from './value-control.tsx';

interface Props {
  readonly open: OpenGraph;
  readonly node: NodeId;
  readonly input: string;
  /** In the panel's pixels. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number };
  readonly onClose: () => void;
}

/** A value is edited where the canvas shows it. Enter and a click elsewhere keep it, Escape takes it back. */
export function ValuePopover({ open, node: id, input, box, onClose }: Props) {
  const graph = useCell(open.graph);
  const { locked } = useCell(open.form);
  const { texts, language } = useTexts();
  const field = useId();
  const around = useRef<HTMLDivElement>(null);
  const node = graph.nodes[id];
  const nodeSpec = node && open.specs.get(node.type);
  const spec = nodeSpec?.inputs[input];

  useEffect(() => {
    const first = around.current?.querySelector<HTMLElement>('textarea, input:not([type=range]), select, button');
    first?.focus();
    if (first instanceof HTMLInputElement || first instanceof HTMLTextAreaElement) first.select();
    const onPress = (event: PointerEvent): void => {
      if (!around.current?.contains(event.target as Node)) onClose();
    };
    window.addEventListener('pointerdown', onPress, true);
    return () => {
      window.removeEventListener('pointerdown', onPress, true);
      open.history.close();
    };
  }, [open, onClose]);

  if (!node || !nodeSpec || !spec || spec.kind === 'link') return null;
  const words = wordsOfType(open, node.type, texts, language)?.inputs[input] ?? null;
  const exposed = graph.exposed.find((one) => one.node === id && one.input === input);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      open.history.bail();
      onClose();
    } else if (event.key === 'Enter' && !(spec.kind === 'text' && event.shiftKey) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      onClose();
    } else return;
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the field within.
    <div
      ref={around}
      className="value-popover"
      style={{ left: box.left, top: box.top, width: Math.max(260, box.width) }}
      onKeyDown={onKeyDown}
    >
      <label htmlFor={field}>{words?.label ?? input}</label>
      {spec.kind === 'choice' ? (
        <ChoiceList
          value={String(node.values[input] ?? defaultOf(spec))}
          choices={spec.choices}
          said={words?.choices ?? {}}
          label={words?.label ?? input}
          onChoose={(value) => {
            open.setInput(id, input, value);
            onClose();
          }}
        />
      ) : (
        <ValueControl
          id={field}
          spec={spec}
          label={texts.graph.edit(words?.label ?? input)}
          words={words}
          value={node.values[input] ?? (defaultOf(spec) as Json)}
          seed={{
            isLocked: exposed !== undefined && locked[exposed.name] === true,
            onLock: exposed ? (isLocked) => open.lock(exposed.name, isLocked) : null,
            onDraw: () => open.setInput(id, input, open.drawSeed()),
          }}
          onChange={(value) => open.setInput(id, input, value)}
          aria={{}}
        />
      )}
      {words?.help && <p className="quiet">{words.help}</p>}
    </div>
  );
}
