import { LayoutGrid, LoaderCircle, SlidersHorizontal } from 'lucide-react';
import { useId, useState } from 'react';
import type { Json } from '../../src-main/model/json.ts';
import type { Field } from '../session/fields.ts';
import { mostCells } from '../session/grid.ts';
import { type DraftAxis, draftOf, firstField, gridFields, planOf } from '../session/grid-draft.ts';
import { entryOf, type GridMistake } from '../session/grid-values.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { useSayValue } from './say-value.ts';

interface Props {
  readonly open: OpenGraph;
  readonly onRun: () => void;
  /** To the table that is there already. */
  readonly onBack: (() => void) | null;
}

/** Which inputs a grid goes through, and with which values. */
export function GridSetup({ open, onRun, onBack }: Props) {
  const studio = useStudio();
  const { texts } = useTexts();
  const said = texts.grid;
  const fields = gridFields(open);
  const [across, setAcross] = useState<DraftAxis | null>(() => {
    const first = firstField(fields);
    return first ? draftOf(open, first) : null;
  });
  const [down, setDown] = useState<DraftAxis | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (!across)
    return (
      <div className="empty-note">
        <SlidersHorizontal size={24} aria-hidden />
        <p>
          <strong>{said.noFields.message}</strong>
          {said.noFields.remedy}
        </p>
      </div>
    );
  const plan = planOf(across, down);
  const run = async (): Promise<void> => {
    if (!plan.ok || isBusy) return;
    setBusy(true);
    const isQueued = await studio.grids.begin(open, plan.columns, plan.rows);
    setBusy(false);
    if (isQueued) onRun();
  };
  const draft = (name: string): DraftAxis | null => {
    const field = fields.find((one) => one.name === name);
    return field ? draftOf(open, field) : null;
  };
  const problem = plan.ok
    ? null
    : plan.of === 'same'
      ? said.sameInput
      : plan.of === 'cells'
        ? said.tooManyCells(mostCells)
        : null;
  return (
    <>
      <div className="dialog-body grid-setup">
        <p className="quiet">{said.about}</p>
        <Side
          heading={said.columns}
          fields={fields}
          axis={across}
          mistake={plan.ok ? null : plan.columns}
          onChoose={(name) => setAcross(draft(name) ?? across)}
          onChange={setAcross}
        />
        <Side
          heading={said.rows}
          fields={fields}
          axis={down}
          none={said.noRows}
          mistake={plan.ok ? null : plan.rows}
          onChoose={(name) => setDown(draft(name))}
          onChange={setDown}
        />
      </div>
      <footer className="dialog-foot grid-foot">
        {problem && (
          <span className="grid-mistake" role="alert">
            {problem}
          </span>
        )}
        {plan.ok && (
          <span className="quiet">{said.size(plan.columns.values.length, plan.rows?.values.length ?? 1)}</span>
        )}
        <span className="spring" />
        {onBack && (
          <button type="button" className="quiet-button" onClick={onBack}>
            {said.back}
          </button>
        )}
        <button type="button" className="run-button" disabled={!plan.ok} aria-busy={isBusy} onClick={() => void run()}>
          {isBusy ? <LoaderCircle className="spin" size={16} aria-hidden /> : <LayoutGrid size={16} aria-hidden />}
          {plan.ok ? said.run(plan.cells) : said.runNone}
        </button>
      </footer>
    </>
  );
}

interface SideProps {
  readonly heading: string;
  readonly fields: readonly Field[];
  readonly axis: DraftAxis | null;
  /** What it is called when nothing is chosen, where that may be. */
  readonly none?: string;
  readonly mistake: GridMistake | null;
  readonly onChoose: (name: string) => void;
  readonly onChange: (axis: DraftAxis) => void;
}

function Side({ heading, fields, axis, none, mistake, onChoose, onChange }: SideProps) {
  const { texts } = useTexts();
  const id = useId();
  return (
    <fieldset className="grid-side">
      <legend>{heading}</legend>
      <select
        className="input"
        aria-label={heading}
        value={axis?.field.name ?? ''}
        onChange={(event) => onChoose(event.target.value)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {fields.map(({ name, label }) => (
          <option key={name} value={name}>
            {texts.graphWords[label] ?? label}
          </option>
        ))}
      </select>
      {axis && <Values axis={axis} id={id} isWrong={mistake !== null} onChange={onChange} />}
      {axis && mistake && (
        <p className="grid-mistake" id={id}>
          {texts.grid.mistakes[mistake.code](mistake.part)}
        </p>
      )}
    </fieldset>
  );
}

interface ValuesProps {
  readonly axis: DraftAxis;
  readonly id: string;
  readonly isWrong: boolean;
  readonly onChange: (axis: DraftAxis) => void;
}

function Values({ axis, id, isWrong, onChange }: ValuesProps) {
  const { texts } = useTexts();
  const said = texts.grid;
  const { field, text } = axis;
  const label = said.valuesOf(texts.graphWords[field.label] ?? field.label);
  const entry = entryOf(field);
  if (entry === 'ticks') return <Ticks axis={axis} label={label} onChange={onChange} />;
  const props = {
    className: 'input',
    value: text,
    'aria-label': label,
    'aria-invalid': isWrong,
    ...(isWrong ? { 'aria-describedby': id } : {}),
    onChange: (event: { target: { value: string } }) => onChange({ ...axis, text: event.target.value }),
  };
  const help = entry === 'lines' ? said.linesHelp : field.spec.kind === 'seed' ? said.seedsHelp : said.numbersHelp;
  return (
    <>
      {entry === 'lines' ? <textarea rows={4} {...props} /> : <input {...props} />}
      <p className="grid-help">{help}</p>
    </>
  );
}

function Ticks({ axis, label, onChange }: Omit<ValuesProps, 'id' | 'isWrong'> & { label: string }) {
  const packs = useCell(useStudio().packs);
  const say = useSayValue();
  const { field, ticked } = axis;
  const { spec } = field;
  const choices: readonly Json[] =
    spec.kind === 'choice' ? spec.choices : spec.kind === 'bool' ? [false, true] : packs.map(({ packId }) => packId);
  const tick = (value: Json, isOn: boolean): void =>
    // In the order in which they are offered, whatever the order of ticking.
    onChange({ ...axis, ticked: choices.filter((one) => (one === value ? isOn : ticked.includes(one))) });
  return (
    <fieldset className="grid-ticks">
      <legend className="visually-hidden">{label}</legend>
      {choices.map((value) => (
        <label key={String(value)}>
          <input
            type="checkbox"
            checked={ticked.includes(value)}
            onChange={(event) => tick(value, event.target.checked)}
          />
          {say(field, value)}
        </label>
      ))}
    </fieldset>
  );
}
