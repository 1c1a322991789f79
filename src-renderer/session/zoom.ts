/** How a picture lies in its frame: `scale` pixels of the page for each of its own, its middle `x`, `y` off the frame's. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const mostZoom = 8;
const leastZoom = 0.05;
/** One press of a key, or one notch of a wheel. */
export const zoomStep = 1.25;

/** As large as the frame allows; small pictures are enlarged at most threefold, beyond that one sees nothing but the blur. */
export const fitScale = (picture: Size, frame: Size): number =>
  Math.min(3, frame.width / picture.width, frame.height / picture.height);

/** Of a picture that fits, its middle is the frame's; of a larger one, no edge comes further in than the frame's. */
export function placed({ scale, x, y }: Zoom, picture: Size, frame: Size): Zoom {
  const most = (length: number, room: number) => Math.max(0, (length * scale - room) / 2);
  const within = (at: number, limit: number) => Math.min(limit, Math.max(-limit, at)) || 0;
  return {
    scale,
    x: within(x, most(picture.width, frame.width)),
    y: within(y, most(picture.height, frame.height)),
  };
}

/** What lies under the point (from the frame's middle) stays under it. */
export function zoomedAt(
  zoom: Zoom,
  factor: number,
  point: { readonly x: number; readonly y: number },
  picture: Size,
  frame: Size,
): Zoom {
  const least = Math.min(leastZoom, fitScale(picture, frame));
  const scale = Math.min(mostZoom, Math.max(least, zoom.scale * factor));
  const by = scale / zoom.scale;
  return placed({ scale, x: point.x - (point.x - zoom.x) * by, y: point.y - (point.y - zoom.y) * by }, picture, frame);
}
