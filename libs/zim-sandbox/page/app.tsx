import { useState } from 'preact/hooks';
import { CallbacksPanel } from './callbacks/callbacks-panel.js';
import { FaultsPanel } from './faults/faults-panel.js';
import { useConsole } from './feed/hooks.js';
import { InvitePanel } from './invite/invite-panel.js';
import { PhonesPanel } from './phones/phones-panel.js';
import { QuotaPanel } from './quota/quota-panel.js';
import { RequestsPanel } from './requests/requests-panel.js';
import { AppIdContext, LanguageContext } from './shared/contexts.js';
import { Header } from './shell/header.js';
import { useSettings } from './shell/settings.js';
import { shellTexts } from './shell/texts.js';

export function App() {
  const [settings, change] = useSettings();
  const [selected, select] = useState<number>();
  const apps = useConsole((state) => state.apps);
  const isLost = useConsole((state) => state.connection === 'lost');
  const app = apps.find(({ appId }) => appId === selected) ?? apps[0];
  const appId = app?.appId ?? 0;
  // Selecting another app clears the forms; the first snapshot, which sets the AppID too, must not.
  const formKey = selected ?? 'default';
  return (
    <LanguageContext.Provider value={settings.language}>
      <AppIdContext.Provider value={appId}>
        <Header settings={settings} change={change} selectApp={select} />
        {isLost ? (
          <p class="lost" role="alert">
            {shellTexts[settings.language].lost}
          </p>
        ) : undefined}
        <main class="layout">
          <PhonesPanel isSoundOn={settings.isSoundOn} />
          <div class="tools">
            <InvitePanel key={formKey} />
            <QuotaPanel />
            <FaultsPanel />
          </div>
          <RequestsPanel key={formKey} />
          <CallbacksPanel key={formKey} />
        </main>
      </AppIdContext.Provider>
    </LanguageContext.Provider>
  );
}
