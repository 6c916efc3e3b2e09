import { useMemo, useState } from 'preact/hooks';
import { type ConsoleUser } from '../../src/console/console-events.js';
import { type InviteForm, suggestPair } from './invite-form.js';

const untouched: InviteForm = {
  caller: '',
  callees: '',
  ringTime: '30',
  extendedData: '',
  isPushed: true,
  pushTitle: 'Incoming call',
  pushContent: 'Somebody is calling you',
};

/** The form, which names two users to begin with until somebody names others. */
export function useForm(
  users: readonly ConsoleUser[],
): [InviteForm, (changes: Partial<InviteForm>) => void] {
  const [edits, setEdits] = useState<Partial<InviteForm>>({});
  const pair = useMemo(() => suggestPair(users, edits), [users, edits]);
  return [
    { ...untouched, ...pair, ...edits },
    (changes) => {
      setEdits((before) => ({ ...before, ...changes }));
    },
  ];
}
