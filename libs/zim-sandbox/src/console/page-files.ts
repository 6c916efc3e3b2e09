import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { packageFolder } from '../../package-folder.cjs';

interface PageFile {
  readonly name: string;
  readonly type: string;
}

const files: Readonly<Record<string, PageFile>> = {
  '': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/console.js': { name: 'console.js', type: 'text/javascript; charset=utf-8' },
  '/worker.js': { name: 'worker.js', type: 'text/javascript; charset=utf-8' },
  '/console.css': { name: 'console.css', type: 'text/css; charset=utf-8' },
  '/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
};

/** Even if a user's name contains HTML, the page runs no foreign script and connects to its sandbox only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the files of the built page. */
export class PageFiles {
  constructor(private readonly folder = join(packageFolder, 'dist/console')) {}

  /** Returns whether a file exists; the path is relative to `/__/console`. */
  has(path: string): boolean {
    return Object.hasOwn(files, path);
  }

  async send(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { name, type } = files[path] ?? { name: 'index.html', type: 'text/html' };
    const content = await this.read(name);
    if (content === undefined) {
      response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('The page has not been built; "npm run build:esm" builds it.\n');
      return;
    }
    const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 20)}"`;
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    // Revalidated each time, so that the page is never of another build than the sandbox.
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('ETag', tag);
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  }

  private async read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.folder, name));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
