import { useEffect, useState } from 'react';
import type { Desktop } from '../bridge/where.ts';
import { usePlace } from './place.tsx';

/** The desktop app, where packs and pictures lie on its computer; null elsewhere. */
export function useOwnDisk(): Desktop | null {
  const { desktop } = usePlace().where;
  const [isHere, setHere] = useState(false);
  useEffect(() => {
    let isWanted = true;
    void desktop?.where().then((chosen) => isWanted && setHere(chosen.isHere));
    return () => {
      isWanted = false;
    };
  }, [desktop]);
  return isHere ? desktop : null;
}
