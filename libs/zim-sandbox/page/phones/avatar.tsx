import { type ConsoleUser } from '../../src/console/console-events.js';
import { hueOf, initialsOf } from './initials.js';

/** Shows a user's initials. The page does not load the user's avatar, which may be on any host. */
export function Avatar({ user }: { readonly user: Pick<ConsoleUser, 'userId' | 'userName'> }) {
  return (
    <span class="avatar" style={{ '--hue': String(hueOf(user.userId)) }} aria-hidden="true">
      {initialsOf(user)}
    </span>
  );
}
