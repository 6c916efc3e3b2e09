import { useState } from 'preact/hooks';
import { CallbacksPanel } from './callbacks/callbacks-panel.js';
import { FaultsPanel } from './faults/faults-panel.js';
import { useConsole } from './feed/hooks.js';
import { InvitePanel } from './invite/invite-panel.js';
import { LedgerPanel } from './ledger/ledger-panel.js';
import { PhonesPanel } from './phones/phones-panel.js';
import { QuotaPanel } from './quota/quota-panel.js';
import { AppIdContext } from './shell/app-id.js';
import { Header } from './shell/header.js';
import { useSettings } from './shell/settings.js';
import { shellTexts } from './shell/texts.js';
import { LanguageContext } from './texts/language.js';

/** The whole page. */
export function App() {
  const [settings, change] = useSettings();
  const [chosen, choose] = useState<number>();
  const apps = useConsole((state) => state.apps);
  const isLost = useConsole((state) => state.connection === 'lost');
  const app = apps.find(({ appId }) => appId === chosen) ?? apps[0];
  const appId = app?.appId ?? 0;
  // Who picks another app begins anew there; to learn which app is the first takes nothing away that was typed.
  const begun = chosen ?? 'first';
  return (
    <LanguageContext.Provider value={settings.language}>
      <AppIdContext.Provider value={appId}>
        <Header settings={settings} change={change} chooseApp={choose} />
        {isLost ? (
          <p class="lost" role="alert">
            {shellTexts[settings.language].lost}
          </p>
        ) : undefined}
        <main class="frame">
          <PhonesPanel isSoundOn={settings.isSoundOn} />
          <div class="tools">
            <InvitePanel key={begun} />
            <QuotaPanel />
            <FaultsPanel />
          </div>
          <LedgerPanel key={begun} />
          <CallbacksPanel key={begun} />
        </main>
      </AppIdContext.Provider>
    </LanguageContext.Provider>
  );
}
