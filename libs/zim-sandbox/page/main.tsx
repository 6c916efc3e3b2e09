import './styles/base.css';
import './styles/layout.css';
import { render } from 'preact';
import { openFeed } from './feed/feed.js';
import { StoreContext } from './feed/hooks.js';
import { ConsoleStore } from './feed/store.js';
import { App } from './app.js';

const store = new ConsoleStore();
openFeed((item) => {
  store.push(item);
});
const root = document.getElementById('console');
if (root !== null)
  render(
    <StoreContext.Provider value={store}>
      <App />
    </StoreContext.Provider>,
    root,
  );
