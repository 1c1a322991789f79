/** A value that tells when it is another one. What a view needs, and nothing of a view. */
export interface Cell<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

export interface WritableCell<T> extends Cell<T> {
  set(next: T): void;
}

export function cell<T>(first: T): WritableCell<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
