import { ImagePlus, LoaderCircle, X } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { type Problem, problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import type { FieldProps } from './field-props.ts';
import { IconButton } from './icon-button.tsx';
import { heldPicture } from './picture-drag.ts';
import { usePlace, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

interface Props extends FieldProps {
  readonly accept: readonly string[];
  readonly label: string;
}

const isFileValue = (value: Json): boolean =>
  typeof value === 'object' && value !== null && 'digest' in value && 'name' in value;

/** A file goes to the core as soon as it is chosen; the form then holds its digest. */
export function FileField({ id, value, onChange, aria, accept, label }: Props) {
  const { files, studio } = usePlace();
  const { texts } = useTexts();
  const picker = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const chosen = isFileValue(value) ? (value as unknown as FileValue) : null;

  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setProblems([]);
    if (!accept.includes(file.type))
      return setProblems([problem('image.notAnImage', { name: file.name, found: file.type || file.name })]);
    await put(async () => files.put(new Uint8Array(await file.arrayBuffer()), file.name));
  };
  const put = async (get: () => Promise<FileValue>): Promise<void> => {
    setBusy(true);
    try {
      onChange({ ...(await get()) });
    } catch (error) {
      setProblems(problemsOfError(error));
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const held = heldPicture(event);
    if (held) void put(() => studio.calls.takeImage(held));
    else void take(event.dataTransfer.files[0]);
  };
  const dragOver = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the button within is the first. */}
      <div
        className={`file-field ${isOver ? 'over' : ''}`}
        onDrop={drop}
        onDragOver={dragOver}
        onDragLeave={() => setOver(false)}
      >
        {chosen ? (
          <img className="file-thumb" src={files.blobAddress(chosen.digest)} alt={chosen.name} />
        ) : (
          <span className="file-thumb">
            {isBusy ? <LoaderCircle className="spin" size={24} aria-hidden /> : <ImagePlus size={24} aria-hidden />}
          </span>
        )}
        <div className="file-about">
          <button type="button" className="quiet-button" disabled={isBusy} onClick={() => picker.current?.click()}>
            {chosen ? texts.form.replaceFile : texts.form.chooseFile}
          </button>
          <span className="file-name" title={chosen?.name}>
            {isBusy ? texts.form.uploading : (chosen?.name ?? texts.form.dropFile)}
          </span>
        </div>
        {chosen && <IconButton icon={X} label={texts.form.removeFile} onClick={() => onChange(null)} />}
        <input
          ref={picker}
          id={id}
          className="visually-hidden"
          type="file"
          tabIndex={-1}
          aria-label={label}
          accept={accept.join(',')}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
          {...aria}
        />
      </div>
      <ProblemNote problems={problems} here />
    </>
  );
}
