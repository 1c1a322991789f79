import { useEffect, useState } from 'react';
import type { RunListing } from '../../src-main/contract/calls.ts';
import type { GalleryImage, RunImage } from '../../src-main/model/run.ts';
import { spanText } from '../../src-main/texts/say-page.ts';
import { imageKey } from '../session/gallery.ts';
import type { StudioCalls } from '../session/studio-calls.ts';
import { useStudio, useTexts } from './place.tsx';

/** What a picture was made from. */
export function PictureDetails({ image }: { image: RunImage }) {
  const { texts, language } = useTexts();
  const { made, run } = useOrigin(image);
  const said = texts.gallery;
  const facts: readonly (readonly [name: string, value: string])[] = [
    [said.prompt, made?.prompt ?? ''],
    [texts.pictures.seed, image.seed ?? ''],
    [texts.pictures.size, `${image.width} × ${image.height}`],
    [said.madeBy, made ? (texts.graphWords[made.graphTitle] ?? made.graphTitle) : ''],
    [said.packs, made?.packs.join(', ') ?? ''],
    [said.took, run && run.ms > 0 ? spanText(texts, run.ms) : ''],
    [said.made, made ? new Date(made.added).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB') : ''],
    [said.fileSize, made ? `${Math.max(1, Math.round(made.bytes / 1024))} KB` : ''],
  ];
  return (
    <aside className="picture-details" aria-label={said.details}>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </aside>
  );
}

interface Origin {
  readonly made: GalleryImage | null;
  readonly run: RunListing | null;
}

const isFull = (image: RunImage): image is GalleryImage => 'prompt' in image && 'added' in image;

/** A picture that just came is known by its event alone: the core says the rest. */
async function find(calls: StudioCalls, image: RunImage): Promise<GalleryImage | null> {
  if (isFull(image)) return image;
  const { images } = await calls.images({ text: image.seed ?? image.title, count: 200 });
  return images.find((one) => imageKey(one) === imageKey(image)) ?? null;
}

function useOrigin(image: RunImage): Origin {
  const { calls } = useStudio();
  const [origin, setOrigin] = useState<Origin>({ made: isFull(image) ? image : null, run: null });
  useEffect(() => {
    let isOld = false;
    setOrigin({ made: isFull(image) ? image : null, run: null });
    // A run that was cleared is no fault: its picture just knows less.
    void Promise.all([find(calls, image).catch(() => null), calls.run(image.runId).catch(() => null)]).then(
      ([made, run]) => isOld || setOrigin({ made, run }),
    );
    return () => {
      isOld = true;
    };
  }, [calls, image]);
  return origin;
}
