import { Copy, FileDiff, KeyRound, RefreshCw, Unplug } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type CoreInfo, contractVersion } from '../../src-main/contract/calls.ts';
import type { ConnectionTexts } from '../../src-main/texts/page-connection-texts.ts';
import { needsReload } from '../session/studio.ts';
import { useCell, usePlace, useTexts } from './place.tsx';

/** A page of the desktop app cannot be mended by loading it again: one of the two has to be updated. */
const otherVersion = (said: ConnectionTexts, { contract, version }: CoreInfo): string =>
  contract < contractVersion ? said.otherOlder(version) : said.otherNewer(version);

/** Says that the core is away, and that it is back. */
export function Banner() {
  const { connection, hurry, studio, savedFiles, where } = usePlace();
  const { texts } = useTexts();
  const now = useCell(connection);
  const info = useCell(studio.info);
  const changed = useCell(savedFiles.changed);
  const elsewhere = useCell(studio.elsewhere);
  const wasLost = useRef(false);
  const [asksToken, setAsksToken] = useState(false);
  const [hasNone, setHasNone] = useState(false);
  useEffect(() => {
    if (now.state === 'open' && wasLost.current) studio.notices.say(({ connection: said }) => said.back);
    wasLost.current = now.state === 'lost' || (wasLost.current && now.state !== 'open');
  }, [now, studio]);
  useEffect(() => {
    if (now.state === 'lost') void where.asksToken().then(setAsksToken);
    else setAsksToken(false);
    // An own core that could not be opened does not come back by itself.
    if (now.state === 'lost') void where.desktop?.where().then(({ problems }) => setHasNone(problems.length > 0));
  }, [now, where]);

  if (now.state === 'lost' && asksToken)
    return (
      <div className="banner" role="alert">
        <KeyRound size={16} aria-hidden />
        <p>{texts.connectionMenu.asksToken}</p>
        <button type="button" className="quiet-button" onClick={where.signIn}>
          {texts.connectionMenu.signIn}
        </button>
      </div>
    );

  if (now.state === 'lost' && hasNone)
    return (
      <div className="banner" role="alert">
        <Unplug size={16} aria-hidden />
        <p>{texts.connectionMenu.localFailed}</p>
        <button type="button" className="quiet-button" onClick={where.signIn}>
          {texts.connectionMenu.menu}
        </button>
      </div>
    );

  if (now.state === 'lost')
    return (
      <div className="banner" role="alert">
        <Unplug size={16} aria-hidden />
        <p>
          <strong>{texts.connection.lost}</strong> {texts.connection.lostMore}
        </p>
        <button type="button" className="quiet-button" onClick={hurry}>
          {texts.connection.tryNow}
        </button>
      </div>
    );
  if (needsReload(info))
    return (
      <div className="banner" role="alert">
        <RefreshCw size={16} aria-hidden />
        <p>{where.desktop && info ? otherVersion(texts.connectionMenu, info) : texts.connection.otherVersion}</p>
        <button
          type="button"
          className="quiet-button"
          onClick={where.desktop ? where.signIn : () => window.location.reload()}
        >
          {where.desktop ? texts.connectionMenu.menu : texts.connection.reload}
        </button>
      </div>
    );
  if (changed)
    return (
      <div className="banner" role="alert">
        <FileDiff size={16} aria-hidden />
        <p>{texts.connection.fileChanged(changed.fileName)}</p>
        <button type="button" className="quiet-button" onClick={() => savedFiles.settle('theirs')}>
          {texts.connection.takeTheirs}
        </button>
        <button type="button" className="quiet-button" onClick={() => savedFiles.settle('mine')}>
          {texts.connection.keepMine}
        </button>
      </div>
    );
  if (elsewhere)
    return (
      <div className="banner" role="alert">
        <Copy size={16} aria-hidden />
        <p>{texts.connection.elsewhere}</p>
        <button type="button" className="quiet-button" onClick={() => studio.settle('theirs')}>
          {texts.connection.takeTheirs}
        </button>
        <button type="button" className="quiet-button" onClick={() => studio.settle('both')}>
          {texts.connection.keepBoth}
        </button>
      </div>
    );
  return null;
}
