// A queue of a few items between one that puts and one that takes: who puts waits while it is full, who takes while it is
// empty. Knows nothing of what passes through.

type Taker<T> = (item: T | undefined) => void;

export class BoundedQueue<T> {
  readonly #length: number;
  readonly #onRoom: () => void;
  readonly #items: T[] = [];
  readonly #takers: Taker<T>[] = [];
  readonly #waiting: { item: T; done: (put: boolean) => void }[] = [];
  #closed = false;

  /** @param onRoom called when a queue that was full no longer is */
  constructor(length: number, onRoom: () => void = () => {}) {
    this.#length = length;
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#items.length >= this.#length;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#waiting.length === 0;
  }

  /** Puts the item whether there is room or not, for one who cannot wait and heeds `isFull`; nothing once closed. */
  push(item: T): void {
    if (this.#closed) return;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(item);
    else taker(item);
  }

  /** Puts the item when there is room; false where the queue was closed before that. */
  put(item: T): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.isFull) return new Promise((done) => this.#waiting.push({ item, done }));
    this.push(item);
    return Promise.resolve(true);
  }

  /** The oldest item; undefined once the queue is closed and empty. */
  take(): Promise<T | undefined> {
    const wasFull = this.isFull;
    const item = this.#items.shift();
    if (item === undefined) {
      if (this.#closed) return Promise.resolve(undefined);
      return new Promise((taker) => this.#takers.push(taker));
    }
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#items.push(next.item);
      next.done(true);
    }
    if (wasFull && !this.isFull) this.#onRoom();
    return Promise.resolve(item);
  }

  /** Nothing more is put; what is inside can still be taken. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { done } of this.#waiting.splice(0)) done(false);
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  /** The same, and what is inside is dropped. */
  clear(): void {
    this.close();
    this.#items.length = 0;
  }
}
