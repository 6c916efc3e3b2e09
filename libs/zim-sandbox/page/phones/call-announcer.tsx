import { useEffect, useRef, useState } from 'preact/hooks';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { announcements, type Announcement } from './announcements.js';
import { phonesTexts, type PhonesTexts } from './texts.js';

/** A longer list would take too long to read aloud. */
const maxAnnouncements = 4;
/** Older lines have been read by then. */
const maxLines = 8;

interface Snapshot {
  readonly appId: number;
  readonly calls: readonly ConsoleCall[];
}

/** Announces changes of the app's calls to screen readers. */
export function CallAnnouncer() {
  const t = useTexts(phonesTexts);
  const appId = useAppId();
  const calls = useConsole((state) => state.calls);
  const [messages, setMessages] = useState<readonly string[]>([]);
  const previous = useRef<Snapshot | undefined>(undefined);
  useEffect(() => {
    const before = previous.current;
    previous.current = { appId, calls };
    // Calls that exist when the app is selected are not announced.
    if (before?.appId !== appId) return;
    const all = announcements(before.calls, calls, appId);
    if (all.length > 0) setMessages(textsOf(all, t));
  }, [appId, calls, t]);
  return <LiveRegion messages={messages} />;
}

function textsOf(all: readonly Announcement[], t: PhonesTexts): string[] {
  const texts = all
    .slice(0, maxAnnouncements)
    .map((one) =>
      'userId' in one
        ? t.announcements[one.kind](one.userId, one.caller)
        : t.announcements[one.kind](one.userIds.join(t.listSeparator), one.caller),
    );
  const more = all.length - texts.length;
  return more === 0 ? texts : [...texts, t.announcements.more(more)];
}

interface Line {
  readonly key: number;
  readonly text: string;
}

/** Adds each new list of messages as new lines, so that a screen reader reads a repeated text again. */
function LiveRegion({ messages }: { readonly messages: readonly string[] }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const count = useRef(0);
  useEffect(() => {
    if (messages.length === 0) return;
    const added = messages.map((text) => ({ key: ++count.current, text }));
    setLines((before) => [...before, ...added].slice(-maxLines));
  }, [messages]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {lines.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
