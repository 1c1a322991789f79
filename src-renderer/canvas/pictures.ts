/** Pictures to draw, by digest; null while one comes, and then `onCome` is called. */
export interface Pictures {
  image(digest: string): HTMLImageElement | null;
  blob(digest: string): HTMLImageElement | null;
}

const mostKept = 200;

export function pictures(
  address: { image(digest: string): string; blob(digest: string): string },
  onCome: () => void,
): Pictures {
  const kept = new Map<string, HTMLImageElement>();
  const at = (url: string): HTMLImageElement | null => {
    let picture = kept.get(url);
    if (!picture) {
      picture = new Image();
      picture.onload = onCome;
      picture.src = url;
      kept.set(url, picture);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    }
    return picture.complete && picture.naturalWidth > 0 ? picture : null;
  };
  return { image: (digest) => at(address.image(digest)), blob: (digest) => at(address.blob(digest)) };
}
