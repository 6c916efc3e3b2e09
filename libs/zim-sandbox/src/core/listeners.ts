/** Who wants to hear of something. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** @returns ends that */
  add(listener: (event: Event) => void): () => void {
    // Wrapped, so that a function that listens twice is told twice, and each can end on its own.
    const entry = (event: Event): void => {
      listener(event);
    };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  tell(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }
}
