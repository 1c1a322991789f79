import { Boxes, Check, Copy, FolderPlus, RefreshCw, Search } from 'lucide-react';
import { useId, useState } from 'react';
import type { Answer } from '../../src-main/contract/calls.ts';
import type { PackId } from '../../src-main/model/ids.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import { bytesText } from '../../src-main/texts/sentence.ts';
import { abilitiesOf, matchesPack, openPackIn, packFolder, packInputs } from '../session/pack-use.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { copyText } from './copy-text.ts';
import { Fact } from './devices-panel.tsx';
import { IconButton } from './icon-button.tsx';
import { useOwnDisk } from './own-disk.ts';
import { PackWords } from './pack-words.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

/** Packs that were found: what they are, what they can do, where they lie, and what is wrong with those that are broken. */
export function ModelsPanel() {
  const studio = useStudio();
  const { texts } = useTexts();
  const heading = useId();
  const packs = useCell(studio.packs);
  const isLooking = useCell(studio.machine.isLooking);
  const template = useCell(studio.template);
  const [wanted, setWanted] = useState('');
  const said = texts.machine.models;
  const shown = packs.filter(({ packId, facts }) => matchesPack(packId, facts, wanted));
  const lookAgain = () =>
    void studio.notices.attempt(async () => {
      await studio.machine.lookForPacks();
      studio.notices.say(({ machine }) => machine.models.looked(studio.packs.get().length));
    });
  return (
    <section className="wide-panel" aria-labelledby={heading}>
      <header className="wide-head">
        <h2 id={heading}>{said.heading}</h2>
        <span className="count-note">{said.found(packs.length)}</span>
        <span className="spring" />
        <label className="search-field">
          <Search size={16} aria-hidden />
          <input
            type="search"
            placeholder={said.search}
            aria-label={said.search}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </label>
        <button type="button" className="quiet-button" onClick={lookAgain} disabled={isLooking}>
          <RefreshCw size={16} aria-hidden className={isLooking ? 'spin' : ''} />
          {isLooking ? said.looking : said.lookAgain}
        </button>
      </header>
      <div className="wide-body">
        {shown.length === 0 && (
          <div className="empty-note">
            <Boxes size={24} aria-hidden />
            <p>
              <strong>{packs.length === 0 ? said.none.message : said.nothingFound}</strong>
              {packs.length === 0 && said.none.remedy}
            </p>
          </div>
        )}
        <ul className="pack-cards">
          {shown.map((pack) => (
            <PackCard key={pack.packId} pack={pack} template={template} />
          ))}
        </ul>
        <Where />
      </div>
    </section>
  );
}

type Pack = Answer<'packs.list'>[number];

function PackCard({ pack: { packId, facts, problems }, template }: { pack: Pack; template: OpenTemplate | null }) {
  const { texts } = useTexts();
  const said = texts.machine.models;
  const heading = useId();
  return (
    <li className="card pack-card" aria-labelledby={heading} data-pack={packId}>
      <div className="card-head">
        <h3 id={heading}>{facts?.title || packId}</h3>
        {facts && facts.title !== packId && <span className="quiet">{packId}</span>}
        <span className="spring" />
        {facts ? (
          abilitiesOf(facts).map((one) => (
            <span key={one} className="tag">
              {said.abilities[one]}
            </span>
          ))
        ) : (
          <span className="tag bad">{said.broken}</span>
        )}
      </div>
      {facts?.about && <p className="pack-about">{facts.about}</p>}
      <ProblemNote problems={problems} />
      {facts && (
        <>
          <ProblemNote problems={facts.warnings} kind="warning" />
          <PackFactList facts={facts} />
          <Parts facts={facts} />
          <PackWords packId={packId} />
          <Licences facts={facts} />
          {template && <Use packId={packId} title={facts.title || packId} template={template} />}
        </>
      )}
    </li>
  );
}

function PackFactList({ facts }: { facts: PackFacts }) {
  const { texts } = useTexts();
  const said = texts.machine.models;
  const { defaults, upscale } = facts;
  return (
    <dl className="facts">
      <Fact name={said.native}>
        {defaults.width} × {defaults.height}
        {upscale > 1 && <small className="quiet"> {said.enlarges(upscale)}</small>}
      </Fact>
      <Fact name={said.size}>{bytesText(facts.bytes)}</Fact>
      <Fact name={said.licence}>{facts.licence || said.noLicence}</Fact>
      <Fact name={said.family}>{facts.family}</Fact>
      {facts.version && <Fact name={said.version}>{facts.version}</Fact>}
    </dl>
  );
}

/** The parts of a pack, and on which devices their weights lie now. */
function Parts({ facts }: { facts: PackFacts }) {
  const { texts } = useTexts();
  const said = texts.machine.models;
  const devices = useCell(useStudio().devices);
  return (
    <div>
      <h4>{said.parts}</h4>
      <ul className="part-list">
        {facts.parts.map(({ key, name, bytes, dtype }) => (
          <li key={key}>
            <span>{texts.machine.parts[name]}</span>
            <span>
              {devices
                .filter(({ resident }) => resident.some(({ part }) => part === key))
                .map(({ device }) => (
                  <span key={device.id} className="tag good">
                    {said.resident(device.id)}
                  </span>
                ))}
            </span>
            <span className="quiet">{dtype}</span>
            <span className="number-cell">{bytesText(bytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Licences({ facts: { licences } }: { facts: PackFacts }) {
  const { texts } = useTexts();
  if (licences.length === 0) return null;
  return (
    <details className="licences">
      <summary>{texts.machine.models.licences}</summary>
      <ul>
        {licences.map(({ what, licence }) => (
          <li key={what}>
            <span>{what}</span>
            <span className="quiet">{licence}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Use({ packId, title, template }: { packId: PackId; title: string; template: OpenTemplate }) {
  const { notices } = useStudio();
  const { texts } = useTexts();
  const said = texts.machine.models;
  const graph = useCell(template.open.graph);
  const inputs = packInputs(graph, template.open.specs);
  if (inputs.length > 0 && inputs.every(({ pack }) => pack === packId))
    return (
      <p className="pack-used">
        <Check size={16} aria-hidden />
        {said.inUse}
      </p>
    );
  const use = () => {
    const found = openPackIn(template.open, packId);
    notices.say(({ machine }) => (found > 0 ? machine.models.used(title) : machine.models.noInput));
  };
  return (
    <button type="button" className="quiet-button pack-use" onClick={use}>
      {said.use}
    </button>
  );
}

/** Where more packs may be put. A page cannot name a folder of the machine where Kiln runs; the desktop app asks for one. */
function Where() {
  const { info: core, notices, machine } = useStudio();
  const desktop = useOwnDisk();
  const { texts } = useTexts();
  const info = useCell(core);
  const said = texts.machine.models;
  if (!info) return null;
  const folder = packFolder(info.home);
  const copy = () =>
    void notices.attempt(async () => {
      await copyText(folder);
      notices.say(({ said: spoken }) => spoken.copied(folder));
    });
  const add = () =>
    void notices.attempt(async () => {
      const chosen = await desktop?.chooseFolder();
      if (!desktop || !chosen) return;
      const added = await desktop.addPacks(chosen);
      await machine.lookForPacks();
      notices.say((now) => now.machine.models.added(added.join(', ')));
    });
  return (
    <section className="card pack-where" aria-label={said.where}>
      <h3>{said.where}</h3>
      <p className="quiet">{said.whereHelp}</p>
      <div className="path-box">
        <code>{folder}</code>
        <IconButton icon={Copy} label={said.copyPath} onClick={copy} />
      </div>
      {desktop && (
        <div className="pack-add">
          <p className="quiet">{said.addFolderHelp}</p>
          <button type="button" className="quiet-button" onClick={add}>
            <FolderPlus size={16} aria-hidden />
            {said.addFolder}
          </button>
        </div>
      )}
    </section>
  );
}
