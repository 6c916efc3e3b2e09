import { useEffect, useRef, useState } from 'preact/hooks';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { LiveRegion } from '../widgets/live-region.js';
import { announcements, type Announcement } from './announcements.js';
import { phonesTexts, type PhonesTexts } from './texts.js';

/** More at once nobody would listen to. */
const mostAtOnce = 4;

interface Seen {
  readonly appId: number;
  readonly calls: readonly ConsoleCall[];
}

/** Tells those who do not see it what happens to the calls of the app. */
export function CallAnnouncer() {
  const t = useTexts(phonesTexts);
  const appId = useAppId();
  const calls = useConsole((state) => state.calls);
  const [news, setNews] = useState<readonly string[]>([]);
  const seen = useRef<Seen | undefined>(undefined);
  useEffect(() => {
    const before = seen.current;
    seen.current = { appId, calls };
    // What was there when somebody came to look is no news.
    if (before?.appId !== appId) return;
    const all = announcements(before.calls, calls, appId);
    if (all.length > 0) setNews(spoken(all, t));
  }, [appId, calls, t]);
  return <LiveRegion news={news} />;
}

function spoken(all: readonly Announcement[], t: PhonesTexts): string[] {
  const texts = all
    .slice(0, mostAtOnce)
    .map((one) =>
      'userId' in one
        ? t.says[one.kind](one.userId, one.caller)
        : t.says[one.kind](one.userIds.join(t.listSeparator), one.caller),
    );
  const more = all.length - texts.length;
  return more === 0 ? texts : [...texts, t.says.more(more)];
}
