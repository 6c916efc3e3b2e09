import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { CallsModule } from './calls.js';

/** Prints the limits that Swagger shows for an invite in a controller of the application. */
async function main(): Promise<void> {
  Object.assign(process.env, {
    ZIM_APP_ID: '1',
    ZIM_SERVER_SECRET: 's',
    ZIM_BASE_URL: 'http://127.0.0.1:9',
  });
  const app = await NestFactory.create(CallsModule, { logger: false });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  process.stdout.write(JSON.stringify(document.components?.schemas ?? {}));
  await app.close();
}

void main();
