import { Ban, ImageDown, ImageOff, LayoutGrid, LoaderCircle, RotateCcw, TriangleAlert } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import { isOver, type RunImage } from '../../src-main/model/run.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { countsOf, type Grid, type GridAxis, type GridCell } from '../session/grid.ts';
import type { GridNames } from '../session/grid-layout.ts';
import { drawGrid } from './grid-picture.ts';
import { IconButton } from './icon-button.tsx';
import { useNames } from './names.ts';
import { saveAs } from './picture-tools.ts';
import { PictureView } from './picture-view.tsx';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { useSayValue } from './say-value.ts';

/** The pictures of a grid by their values, filling as runs are done. */
export function GridTable({ grid, onNew }: { grid: Grid; onNew: () => void }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const said = texts.grid;
  const names = useSideNames(grid);
  const [openAt, setOpenAt] = useState<number | null>(null);
  const { done, failed, total } = countsOf(grid);
  const pictures = grid.cells.flatMap(({ image }) => (image ? [image] : []));
  const retry = (cells: readonly GridCell[]): void =>
    void studio.act(async (calls) => studio.grids.retried(await calls.retry(cells.map(({ runId }) => runId))));
  const cancelRest = (): void => {
    const rest = grid.cells.filter(({ state }) => !isOver(state)).map(({ runId }) => runId);
    void studio.act((calls) => calls.cancel(rest));
  };
  const open = (image: RunImage): void => setOpenAt(pictures.indexOf(image));
  const isFailed = ({ state }: GridCell): boolean => state === 'failed' || state === 'cancelled';
  const sizes = { '--columns': names.columns.length, '--rows': names.rows.length } as CSSProperties;
  return (
    <>
      <div className="grid-status">
        <span role="status">{said.progress(done, total)}</span>
        {failed > 0 && <span className="grid-mistake">{said.failed(failed)}</span>}
        {done + failed < total ? <ProgressBar done={done + failed} total={total} /> : <span className="spring" />}
        {done + failed < total && (
          <button type="button" className="quiet-button" onClick={cancelRest}>
            <Ban size={16} aria-hidden />
            {said.cancelRest}
          </button>
        )}
        {failed > 0 && (
          <button type="button" className="quiet-button" onClick={() => retry(grid.cells.filter(isFailed))}>
            <RotateCcw size={16} aria-hidden />
            {said.retryFailed}
          </button>
        )}
        <ExportButton grid={grid} names={names} isReady={pictures.length > 0} />
        <button type="button" className="quiet-button" onClick={onNew}>
          <LayoutGrid size={16} aria-hidden />
          {said.again}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
      <section className="grid-scroll" tabIndex={0} aria-label={names.title}>
        <table className="grid-table" style={sizes}>
          <thead>
            {grid.rows && (
              <tr>
                <td />
                <th colSpan={grid.columns.values.length} className="grid-axis">
                  {names.across}
                </th>
              </tr>
            )}
            <tr>
              <th className="grid-axis corner">{names.down || names.across}</th>
              {names.columns.map((name, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
                <th key={i} scope="col" title={name}>
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.rows.map((name, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place.
              <tr key={row}>
                <th scope="row" title={name}>
                  <span>{name}</span>
                </th>
                {names.columns.map((column, i) => {
                  const cell = grid.cells[row * names.columns.length + i]!;
                  return (
                    <td key={cell.runId}>
                      <Cell cell={cell} label={said.cell(column, name)} onOpen={open} onRetry={() => retry([cell])} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <PictureView images={pictures} count={pictures.length} at={openAt} onMove={setOpenAt} />
    </>
  );
}

interface CellProps {
  readonly cell: GridCell;
  readonly label: string;
  readonly onOpen: (image: RunImage) => void;
  readonly onRetry: () => void;
}

function Cell({ cell, label, onOpen, onRetry }: CellProps) {
  const { files } = usePlace();
  const { texts, language } = useTexts();
  const names = useNames();
  const { state, image, problems } = cell;
  if (image)
    return (
      <button type="button" className="grid-cell" aria-label={label} onClick={() => onOpen(image)}>
        <img src={files.imageAddress(image.digest)} alt="" decoding="async" />
      </button>
    );
  if (state === 'done')
    return (
      <div className="grid-cell quiet">
        <ImageOff size={20} aria-hidden />
        {texts.grid.removedPicture}
      </div>
    );
  if (!isOver(state))
    return (
      <div className="grid-cell quiet">
        {state === 'running' && <LoaderCircle className="spin" size={20} aria-hidden />}
        {texts.states[state]}
      </div>
    );
  const Icon = state === 'cancelled' ? Ban : TriangleAlert;
  const reason = problems[0] ? sayProblem(problems[0], language, names) : null;
  return (
    <div className={`grid-cell ${state}`}>
      <Icon size={20} aria-hidden />
      <p title={reason ? `${reason.message} ${reason.remedy}` : undefined}>{reason?.message ?? texts.states[state]}</p>
      <IconButton icon={RotateCcw} label={`${texts.grid.retry}: ${label}`} onClick={onRetry} />
    </div>
  );
}

/** What stands at the sides of the table, in the page's language. */
function useSideNames(grid: Grid): GridNames {
  const { texts } = useTexts();
  const say = useSayValue();
  const template = useCell(useStudio().template);
  const fields = template?.open.fields.get() ?? [];
  const nameOf = ({ label }: GridAxis): string => texts.graphWords[label] ?? label;
  const valuesOf = ({ name, values }: GridAxis): string[] =>
    values.map((value) =>
      say(
        fields.find((field) => field.name === name),
        value,
      ),
    );
  return {
    title: texts.graphWords[grid.title] ?? grid.title,
    across: nameOf(grid.columns),
    down: grid.rows ? nameOf(grid.rows) : '',
    columns: valuesOf(grid.columns),
    rows: grid.rows ? valuesOf(grid.rows) : [''],
  };
}

function ExportButton({ grid, names, isReady }: { grid: Grid; names: GridNames; isReady: boolean }) {
  const { studio, files } = usePlace();
  const { texts } = useTexts();
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const { png, scale } = await drawGrid(grid, names, files);
      const address = URL.createObjectURL(png);
      saveAs(address, `${names.title || 'kiln'} ${names.across}${names.down ? ` ${names.down}` : ''}.png`);
      URL.revokeObjectURL(address);
      studio.notices.say((now) => (scale < 1 ? now.grid.exportedSmaller(Math.floor(scale * 100)) : now.grid.exported));
    } catch {
      studio.notices.say((now) => now.grid.cannotExport);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="quiet-button" disabled={!isReady || isBusy} onClick={() => void save()}>
      {isBusy ? <LoaderCircle className="spin" size={16} aria-hidden /> : <ImageDown size={16} aria-hidden />}
      {texts.grid.export}
    </button>
  );
}
