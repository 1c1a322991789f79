import * as Dialog from '@radix-ui/react-dialog';
import { Cable, Laptop, Server, X } from 'lucide-react';
import { type FormEvent, useEffect, useId, useState } from 'react';
import type { CoreChoice, CoreChosen } from '../../src-main/contract/desktop.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import type { Desktop } from '../bridge/where.ts';
import { DialogContent } from './dialog-content.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';

/** Which core this is, and in the desktop app another one. */
export function Connection() {
  const { studio, where } = usePlace();
  const { texts } = useTexts();
  const asked = useCell(studio.connecting);
  const said = texts.connectionMenu;
  const show = (): void => studio.connecting.set({ address: '' });
  return (
    <Dialog.Root open={asked !== null} onOpenChange={(open) => (open ? show() : studio.connecting.set(null))}>
      <IconButton icon={Cable} label={said.menu} onClick={show} />
      <Dialog.Portal>
        <div className="dialog-shade" aria-hidden />
        <DialogContent className="dialog">
          <header className="dialog-head">
            <Dialog.Title>{said.menu}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={texts.pictures.close} />
            </Dialog.Close>
          </header>
          <div className="dialog-body connection">
            {where.desktop ? <Choice desktop={where.desktop} address={asked?.address ?? ''} /> : <Served />}
          </div>
        </DialogContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** In a browser there is nothing to choose: the page is the server's. */
function Served() {
  const { texts } = useTexts();
  const said = texts.connectionMenu;
  return (
    <section className="core-card chosen">
      <Server size={20} aria-hidden />
      <div>
        <h3>{said.browser(window.location.host)}</h3>
        <p className="quiet">{said.browserAbout}</p>
        <Facts />
      </div>
    </section>
  );
}

function Facts() {
  const { studio, connection } = usePlace();
  const { texts } = useTexts();
  const info = useCell(studio.info);
  const isOpen = useCell(connection).state === 'open';
  const said = texts.connectionMenu;
  if (!info || !isOpen) return <p className="quiet">{isOpen ? texts.connection.connecting : texts.connection.lost}</p>;
  return (
    <dl className="core-facts">
      <dt>{said.version}</dt>
      <dd>{info.version}</dd>
      <dt>{said.home}</dt>
      <dd>{info.home}</dd>
      <dt>{said.devices}</dt>
      <dd>{info.devices.join(', ')}</dd>
    </dl>
  );
}

function Choice({ desktop, address }: { desktop: Desktop; address: string }) {
  const { texts } = useTexts();
  const [chosen, setChosen] = useState<CoreChosen | null>(null);
  const [isTrying, setTrying] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  useEffect(() => void desktop.where().then(setChosen), [desktop]);
  const said = texts.connectionMenu;
  const choose = async (choice: CoreChoice): Promise<void> => {
    setTrying(true);
    setProblems([]);
    try {
      // Where all is well the page is left at once.
      const tried = await desktop.choose(choice);
      setProblems(tried.problems);
    } finally {
      setTrying(false);
    }
  };
  if (!chosen) return null;
  const isOwn = chosen.kind === 'own';
  return (
    <>
      <section className={`core-card ${isOwn ? 'chosen' : ''}`}>
        <Laptop size={20} aria-hidden />
        <div>
          <h3>{said.local}</h3>
          <p className="quiet">{said.localAbout}</p>
          {isOwn && chosen.problems.length === 0 && <Facts />}
          {isOwn && <Complaints problems={chosen.problems} />}
          {(!isOwn || chosen.problems.length > 0) && (
            <button
              type="button"
              className="quiet-button"
              disabled={isTrying}
              onClick={() => void choose({ kind: 'own' })}
            >
              {said.useLocal}
            </button>
          )}
        </div>
      </section>
      <section className={`core-card ${isOwn ? '' : 'chosen'}`}>
        <Server size={20} aria-hidden />
        <div>
          <h3>{said.remote}</h3>
          <p className="quiet">{said.remoteAbout}</p>
          {!isOwn && <Facts />}
          <RemoteForm first={address || chosen.address || ''} isTrying={isTrying} onChoose={choose} />
        </div>
      </section>
      <Complaints problems={problems} />
    </>
  );
}

function Complaints({ problems }: { problems: readonly Problem[] }) {
  const { texts, language } = useTexts();
  if (problems.length === 0) return null;
  return (
    <div className="connection-problems" role="alert">
      {problems.map((found) => {
        // What a browser or a script would do about it is of no use here.
        const { message, remedy } =
          found.code === 'request.unauthorized'
            ? { message: texts.signIn.heading, remedy: texts.signIn.where }
            : sayProblem(found, language);
        return (
          <p key={found.code}>
            <strong>{message}</strong> {remedy}
          </p>
        );
      })}
    </div>
  );
}

interface RemoteProps {
  readonly first: string;
  readonly isTrying: boolean;
  readonly onChoose: (choice: CoreChoice) => Promise<void>;
}

function RemoteForm({ first, isTrying, onChoose }: RemoteProps) {
  const { texts } = useTexts();
  const [address, setAddress] = useState(first);
  const [token, setToken] = useState('');
  const [addressId, tokenId] = [useId(), useId()];
  const said = texts.connectionMenu;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (address.trim() !== '') void onChoose({ kind: 'remote', address: address.trim(), token: token.trim() });
  };
  return (
    <form className="connection-form" onSubmit={submit}>
      <label htmlFor={addressId}>{said.address}</label>
      <input
        id={addressId}
        value={address}
        placeholder="http://gpu.lan:7867"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setAddress(event.target.value)}
      />
      <label htmlFor={tokenId}>{said.token}</label>
      <input
        id={tokenId}
        type="password"
        value={token}
        autoComplete="off"
        onChange={(event) => setToken(event.target.value)}
      />
      <p className="quiet">{said.tokenAbout}</p>
      <button type="submit" className="quiet-button" disabled={isTrying || address.trim() === ''}>
        {isTrying ? said.connecting : said.connect}
      </button>
    </form>
  );
}
