import config from './jest.config.js';

// What needs a real Chromium, and the built page. `npm test` needs neither.
export default {
  ...config,
  testRegex: 'test/browser/.*\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 30_000,
  // One browser at a time: what it draws is measured.
  maxWorkers: 1,
};
