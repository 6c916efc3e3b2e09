import { useState } from 'preact/hooks';
import { type Answer } from '../feed/api.js';

/** Something that is asked of the sandbox: whether it is under way, and why it failed. */
export interface Deed {
  readonly isBusy: boolean;
  /** In the sandbox's words; empty if it could not be reached. */
  readonly error: string | undefined;
  readonly act: (asked: () => Promise<Answer>) => void;
}

export function useDeed(): Deed {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async (asked: () => Promise<Answer>): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    const answer = await asked();
    setError(answer.ok ? undefined : (answer.error ?? ''));
    setIsBusy(false);
  };
  return {
    isBusy,
    error,
    act: (asked) => {
      if (!isBusy) void run(asked);
    },
  };
}
