import { type ConsoleUser } from '../../src/console/console-events.js';
import { hueOf, initialsOf } from './initials.js';

/** Stands for a user. The picture's own address is never asked: it may be anywhere. */
export function Avatar({ user }: { readonly user: Pick<ConsoleUser, 'userId' | 'userName'> }) {
  return (
    <span class="avatar" style={{ '--hue': String(hueOf(user.userId)) }} aria-hidden="true">
      {initialsOf(user)}
    </span>
  );
}
