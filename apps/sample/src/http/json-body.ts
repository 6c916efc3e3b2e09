import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Takes JSON in UTF-8 and nothing else: a browser sends forms and texts to other origins without asking first,
 * and bytes that are no UTF-8 would reach a callee as something that nobody wrote.
 */
export function takeJsonOnly(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const charset = /charset="?([\w-]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
      done(new UnsupportedMediaTypeException('body must be application/json in UTF-8'));
      return;
    }
    try {
      done(null, parse(Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function parse(body: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new BadRequestException('body is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestException('body is not valid JSON');
  }
}
