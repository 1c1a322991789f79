/**
 * Which draws of a batch's noise the images of a latent have, as ComfyUI keeps them: what is taken from a batch, or put
 * together, keeps the noise that it had there. `batchNoise` takes them.
 */
export type Places = readonly number[];

export const ownPlaces = (images: number): Places => Array.from({ length: images }, (_, i) => i);

/** Of `length` images from `index`, as far as there are. */
export const takenPlaces = (places: Places, index: number, length: number): Places => {
  const from = Math.min(index, places.length - 1);
  return places.slice(from, from + length);
};

export const joinedPlaces = (a: Places, b: Places): Places => [...a, ...b];

/** The first one's for all of them. */
export const samePlaces = (places: Places): Places => places.map(() => places[0]!);
