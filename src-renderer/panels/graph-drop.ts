import type { DragEvent } from 'react';
import { problem } from '../../src-main/model/errors.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import type { GraphView } from '../canvas/view.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { heldPicture, holdsPicture } from './picture-drag.ts';
import { usePlace } from './place.tsx';

/** A picture, from a disk or of Kiln's own, that is dropped on a node with a file input becomes its value. */
export function useFileDrop(open: OpenGraph, view: GraphView | null) {
  const { studio, files } = usePlace();
  return {
    onDragOver(event: DragEvent): void {
      const isPicture = holdsPicture(event);
      if (!isPicture && !event.dataTransfer.types.includes('Files')) return;
      if (view?.fileInputAt(event)) event.preventDefault();
    },
    onDragLeave(): void {
      view?.fileInputAt(null);
    },
    onDrop(event: DragEvent): void {
      const into = view?.fileInputAt(event) ?? null;
      view?.fileInputAt(null);
      const held = heldPicture(event);
      const file = event.dataTransfer.files[0];
      const node = into && open.graph.get().nodes[into.node];
      const spec = node && open.specs.get(node.type)?.inputs[into.input];
      if (!into || spec?.kind !== 'file' || !(held || file)) return;
      event.preventDefault(); // the page would open the graph in it
      const put = (value: FileValue): void => {
        open.setInput(into.node, into.input, { ...value });
        open.history.close();
      };
      if (held) {
        void studio.notices.attempt(async () => put(await studio.calls.takeImage(held)));
        return;
      }
      if (!file) return;
      if (!spec.accept.includes(file.type)) {
        studio.notices.problems([problem('image.notAnImage', { name: file.name, found: file.type || file.name })]);
        return;
      }
      void studio.notices.attempt(async () => {
        put(await files.put(new Uint8Array(await file.arrayBuffer()), file.name));
      });
    },
  };
}
