import { BadRequestException, HttpException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isUtf8 } from 'node:buffer';

/**
 * Accepts only JSON in UTF-8: browsers send forms and text to other origins without a preflight request, and
 * invalid UTF-8 would reach a callee as replacement characters.
 */
export function acceptJsonOnly(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const result = parse(Buffer.from(body), request.headers['content-type']);
    if (result instanceof HttpException) done(result);
    else done(null, result);
  });
}

function parse(body: Buffer, contentType = ''): unknown {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8')
    return new UnsupportedMediaTypeException('body must be application/json in UTF-8');
  if (!isUtf8(body)) return new BadRequestException('body is not UTF-8');
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return new BadRequestException('body is not valid JSON');
  }
}
