/** Listeners of one kind of event. */
export class Listeners<Event> {
  private readonly listeners = new Set<(event: Event) => void>();

  /** @returns removes the listener */
  add(listener: (event: Event) => void): () => void {
    // Wrapped, so that a function added twice is called twice and each registration can be removed on its own.
    const entry = (event: Event): void => {
      listener(event);
    };
    this.listeners.add(entry);
    return () => {
      this.listeners.delete(entry);
    };
  }

  emit(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }
}
