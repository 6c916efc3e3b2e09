import { signZimCallback } from './callback-signature.js';
import { findZimRequestSigner, signZimRequest } from './request-signature.js';

const secret = '9193cc662a4c0ec135ec71fb57194b38';

describe('request signature 2.0', () => {
  it.each([
    [
      'the documented example',
      12345,
      '4fd24687296dd9f3',
      1615186943,
      '43e5cfcca828314675f91b001390566a',
    ],
    ['another AppID', 1234567890, '15215528852396', 1234567890, 'fd073df96353db811d9c650aa3fd93d8'],
    [
      'digits, which are concatenated and not added',
      1,
      '0000000000000000',
      0,
      'f8f5f8a29044b47b937ab75380a3ad1b',
    ],
    [
      'a nonce that is not hex',
      12345,
      'vecj0mc2jcl',
      1753691152,
      'bcccdda9a1fc0192ebf89590189d04be',
    ],
    ['milliseconds', 12345, '4fd24687296dd9f3', 1615186943000, '39c328f74697fe294c4f38d0c72d400f'],
  ])('signs %s', (_, appId, signatureNonce, timestampSeconds, signature) => {
    expect(signZimRequest({ appId, signatureNonce, serverSecret: secret, timestampSeconds })).toBe(
      signature,
    );
  });
});

describe('signers by version', () => {
  it('has a signer for 2.0 only', () => {
    expect(findZimRequestSigner('2.0')).toBe(signZimRequest);
    expect(findZimRequestSigner('3.0')).toBeUndefined();
    expect(findZimRequestSigner('toString')).toBeUndefined();
  });

  it('prefers a supplied signer, also to the built-in one', () => {
    const own = () => 'signed';
    expect(findZimRequestSigner('3.0', { '3.0': own })).toBe(own);
    expect(findZimRequestSigner('2.0', { '2.0': own })).toBe(own);
  });
});

describe('callback signature', () => {
  it.each([
    [
      'the documented example',
      'secret',
      1470820198,
      '123412',
      '5bd59fd62953a8059fb7eaba95720f66d19e4517',
    ],
    [
      'a secret that sorts first',
      '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      1499676978,
      '350176',
      '2c908055b740088d3fd799876d970321afed829d',
    ],
    [
      'a nonce that sorts as text',
      'secret',
      1470820198,
      '9',
      '7fcc89f1cc4457f1871f8359c7d8121cf94e872e',
    ],
  ])('signs %s', (_, callbackSecret, timestamp, nonce, signature) => {
    expect(signZimCallback({ callbackSecret, timestamp, nonce })).toBe(signature);
  });
});
