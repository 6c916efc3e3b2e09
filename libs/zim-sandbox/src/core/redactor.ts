import { isJsonObject } from './json.js';
import { type SandboxApp } from './settings.js';

const redacted = '[redacted]';
const looksSecret = /signature|secret/i;
/** Their names look secret, but they are worthless without the signature and needed to understand a refusal. */
const publicNames = new Set(['SignatureNonce', 'SignatureVersion']);
/** A shorter one is no credential, and to blank it out everywhere would make the journal unreadable. */
const minSignatureLength = 16;
/** Parameters that may come many times; no user id holds a comma. */
const listNames = new Set(['UserId[]', 'UserId']);
const maxTextLength = 2048;
const maxDepth = 16;

/** Takes secrets and signatures out of what the sandbox remembers, and cuts what is too long to remember. */
export class Redactor {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    // The longest first, or a secret that begins with another would leave its end behind.
    this.#secrets = [...secrets].sort((a, b) => b.length - a.length);
  }

  /** A redactor for the secrets of these apps. */
  static of(apps: readonly SandboxApp[]): Redactor {
    const secrets = apps.flatMap((app) => [
      app.serverSecret,
      app.callbackSecret ?? app.serverSecret,
    ]);
    return new Redactor([...secrets, ...secrets.map(inAddress)]);
  }

  /** A redactor that also knows the signature of the request at hand. */
  withSignature(signature: string): Redactor {
    return signature.length < minSignatureLength
      ? this
      : new Redactor([...this.#secrets, signature]);
  }

  text(text: string, maxLength = maxTextLength): string {
    const clean = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
    return clean.length <= maxLength
      ? clean
      : `${clean.slice(0, maxLength)} [cut: ${clean.length} characters]`;
  }

  /** A query without `Signature`; of a parameter that comes twice, the value that counts, but all of a list. */
  query(query: URLSearchParams): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...new Set(query.keys())]
        .filter((name) => name !== 'Signature')
        .map((name) => [this.text(name), this.#named(name, shownValue(query, name))]),
    );
  }

  json(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value);
    if (depth === maxDepth && typeof value === 'object' && value !== null) return '[cut: too deep]';
    if (Array.isArray(value)) return value.map((item) => this.json(item, depth + 1));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        this.text(name),
        looksSecret.test(name) && !publicNames.has(name) ? redacted : this.json(item, depth + 1),
      ]),
    );
  }

  #named(name: string, value: string): string {
    return looksSecret.test(name) && !publicNames.has(name) ? redacted : this.text(value);
  }
}

function shownValue(query: URLSearchParams, name: string): string {
  return listNames.has(name) ? query.getAll(name).join(',') : (query.get(name) ?? '');
}

/** As part of an address, such as the one callbacks go to. */
function inAddress(text: string): string {
  // By way of the bytes: half a character would make this throw.
  return encodeURIComponent(Buffer.from(text).toString());
}
