import { useState } from 'preact/hooks';
import { type Answer, type Failure } from '../feed/api.js';
import { useFailure } from './use-failure.js';

/** Something that is asked of the sandbox: whether it is under way, and why it failed. */
export interface Deed {
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  readonly act: (asked: () => Promise<Answer>) => void;
}

export function useDeed(): Deed {
  const [isBusy, setIsBusy] = useState(false);
  const [failure, note] = useFailure();
  const run = async (asked: () => Promise<Answer>): Promise<void> => {
    setIsBusy(true);
    note(undefined);
    const answer = await asked();
    note(answer.ok ? undefined : answer);
    setIsBusy(false);
  };
  return {
    isBusy,
    failure,
    act: (asked) => {
      if (!isBusy) void run(asked);
    },
  };
}
