import { NonceStore } from './nonce-store.js';

describe('NonceStore', () => {
  it('keeps a nonce while its signature is valid, for each AppID on its own', () => {
    const store = new NonceStore();
    expect(store.add(1, 'n', 1000, 1000)).toBe(true);
    expect(store.add(1, 'n', 1000, 1000)).toBe(false);
    expect(store.add(2, 'n', 1000, 1000)).toBe(true);
    expect(store.add(1, 'm', 1000, 1000)).toBe(true);
    expect(store.add(1, 'n', 1600, 1600)).toBe(false);
    expect(store.add(1, 'n', 1601, 1601)).toBe(true);
  });

  it('keeps a nonce longer whose Timestamp is ahead', () => {
    const store = new NonceStore();
    expect(store.add(1, 'n', 1600, 1000)).toBe(true);
    expect(store.add(1, 'late', 1000, 1000)).toBe(true);
    expect(store.add(1, 'n', 1600, 2200)).toBe(false);
    expect(store.add(1, 'late', 2200, 2200)).toBe(true);
    expect(store.add(1, 'n', 2201, 2201)).toBe(true);
  });
});
