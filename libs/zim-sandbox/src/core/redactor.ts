import { isJsonObject } from './json.js';
import { type SandboxApp } from './settings.js';

const redacted = '[redacted]';
const looksSecret = /signature|secret/i;
/** Needed to understand a refusal, and useless without the signature. */
const publicNames = new Set(['SignatureNonce', 'SignatureVersion']);
/** A shorter text is no signature; redacting it everywhere would make the journal unreadable. */
const minSignatureLength = 16;
/** Parameters that may be repeated; joined by commas, which no user id contains. */
const listNames = new Set(['UserId[]', 'UserId']);
const maxTextLength = 2048;
const maxDepth = 16;

/** Removes secrets and signatures from what the sandbox stores and shows, and shortens long texts. */
export class Redactor {
  private readonly secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    // Longest first: a secret that begins with another one must be replaced as a whole.
    this.secrets = [...secrets].sort((a, b) => b.length - a.length);
  }

  /** Returns a redactor for the secrets of these apps. */
  static of(apps: readonly SandboxApp[]): Redactor {
    const secrets = apps.flatMap((app) => [
      app.serverSecret,
      app.callbackSecret ?? app.serverSecret,
    ]);
    return new Redactor([...secrets, ...secrets.map(encodeForUrl)]);
  }

  /** Returns a redactor that also removes the signature of one request. */
  withSignature(signature: string): Redactor {
    return signature.length < minSignatureLength
      ? this
      : new Redactor([...this.secrets, signature]);
  }

  text(text: string, maxLength = maxTextLength): string {
    const clean = this.secrets.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
    return clean.length <= maxLength
      ? clean
      : `${clean.slice(0, maxLength)} [cut: ${clean.length} characters]`;
  }

  /** Returns a query without `Signature`; of a repeated parameter the first value, but every value of a list. */
  query(query: URLSearchParams): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...new Set(query.keys())]
        .filter((name) => name !== 'Signature')
        .map((name) => [this.text(name), this.field(name, shownValue(query, name))]),
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

  private field(name: string, value: string): string {
    return looksSecret.test(name) && !publicNames.has(name) ? redacted : this.text(value);
  }
}

function shownValue(query: URLSearchParams, name: string): string {
  return listNames.has(name) ? query.getAll(name).join(',') : (query.get(name) ?? '');
}

/** Encodes a secret as it appears in a URL, such as the callback URL. */
function encodeForUrl(text: string): string {
  // Through a buffer, which replaces lone surrogates: encodeURIComponent throws on them.
  return encodeURIComponent(Buffer.from(text).toString());
}
