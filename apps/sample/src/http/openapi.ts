import { applyDecorators } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
  DocumentBuilder,
  getSchemaPath,
  SwaggerModule,
} from '@nestjs/swagger';
import { zimUserIdSchema } from 'nestjs-zim-call';

/** The version of this package. A spec compares it with package.json, which the built sample cannot import. */
export const version = '0.1.0';

export class UserFailureDto {
  @ApiProperty(zimUserIdSchema) userId!: string;
  @ApiPropertyOptional({
    type: 'integer',
    description: "ZIM's code; absent if ZIM gave none that is readable",
  })
  vendorCode?: number;
  @ApiProperty() reason!: string;
}

class FieldErrorDto {
  @ApiProperty() path!: string;
  @ApiProperty() message!: string;
}

/** An RFC 9457 problem. */
class Problem {
  @ApiProperty({ format: 'uri' }) type!: string;
  @ApiProperty() title!: string;
  @ApiProperty({ type: 'integer' }) status!: number;
  @ApiProperty() detail!: string;
  @ApiPropertyOptional({ description: 'The id of this request in our logs' }) instance?: string;
  @ApiPropertyOptional() kind?: string;
  @ApiPropertyOptional({
    enum: ['not-sent', 'refused', 'rejected', 'unknown'],
    description: 'What happened to the call; unknown: phones may be ringing',
  })
  outcome?: string;
  @ApiPropertyOptional({ type: 'integer', description: "ZIM's return code" }) vendorCode?: number;
  @ApiPropertyOptional({ description: "ZIM's id of the request" }) requestId?: string;
  @ApiPropertyOptional({
    description: 'The correlation id of an invite that may be ringing, if this backend sends one',
  })
  correlationId?: string;
  @ApiPropertyOptional({ type: [UserFailureDto] }) errorUsers?: UserFailureDto[];
  @ApiPropertyOptional({ type: [FieldErrorDto] }) errors?: FieldErrorDto[];
}

const problems = {
  400: 'A field breaks a rule; errors says which and how',
  401: 'No API key, or an unknown one',
  403: 'The user was not invited to this call',
  404: 'ZIM could not read the call, which may not exist; or the call or ring plan is unknown here',
  409: 'The call has ended or timed out, or the Idempotency-Key stands for another call or plan',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The caller or all callees are not registered with ZIM',
  429: 'This caller sends too many requests; see Retry-After',
  500: 'A fault of this backend',
  502: 'ZIM refused this backend, failed, or the reply was lost; see outcome',
  503: 'ZIM throttles, or too many ring plans are open (see Retry-After); or ZIM cannot be reached',
  504: 'ZIM did not answer in time; see outcome',
};

/** Describes what the routes of a controller have in common: the API key, and every problem they may answer. */
export function ApiRoutes(tag: string): ClassDecorator {
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } };
  return applyDecorators(
    ApiTags(tag),
    ApiBearerAuth(),
    ApiExtraModels(Problem),
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content }),
    ),
  );
}

/** Serves the description of the API at `/docs`. */
export function serveDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Call invitations')
    .setVersion(version)
    .setDescription('Every client that may use these routes can ring the phone of any user.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'One of API_KEYS' })
    .build();
  SwaggerModule.setup('docs', app, () => {
    const document = SwaggerModule.createDocument(app, description);
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
      if (name.endsWith('Dto')) Object.assign(schema, { additionalProperties: false });
    return document;
  });
}
