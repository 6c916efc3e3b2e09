import { Body, Controller, Post } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { getMetadataStorage } from 'class-validator';
import { isZimUserId, zimLimits } from 'zim-protocol';
import { CallAnswerDto } from '../invite/call-answer.dto.js';
import { CallWithdrawDto } from '../invite/call-withdraw.dto.js';
import { CallReportDto } from '../outcome/call-report.dto.js';
import { CallInviteDto, createCallInviteDto } from '../invite/call-invite.dto.js';
import * as push from '../invite/offline-push.dto.js';
import { ZimRegisterUserDto, ZimRegisterUsersDto } from '../users/zim-user.dto.js';
import { zimUserIdSchema } from './openapi.js';

type Schema = Readonly<Record<string, unknown>>;

const RaisedInviteDto = createCallInviteDto({ maxCallees: 20 });

/** A user's controller, without a decorator of `@nestjs/swagger`. */
@Controller()
class CallsController {
  // First: after `CallInviteDto`, `@nestjs/swagger` would show that class's limit for its subclass too.
  @Post('raised')
  raised(@Body() _: InstanceType<typeof RaisedInviteDto>) {
    return;
  }
  @Post('invite')
  invite(@Body() _: CallInviteDto) {
    return;
  }
  @Post('answer')
  answer(@Body() _: CallAnswerDto) {
    return;
  }
  @Post('withdraw')
  withdraw(@Body() _: CallWithdrawDto) {
    return;
  }
  @Post('report')
  report(@Body() _: CallReportDto) {
    return;
  }
  @Post('users')
  users(@Body() _: ZimRegisterUsersDto) {
    return;
  }
}
// TypeScript emits no metadata for a class that a function has made.
Reflect.defineMetadata('design:paramtypes', [RaisedInviteDto], CallsController.prototype, 'raised');

let schemas: Record<string, { properties: Record<string, Schema>; required?: string[] }>;

beforeAll(async () => {
  const module = await Test.createTestingModule({ controllers: [CallsController] }).compile();
  const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  schemas = document.components?.schemas as unknown as typeof schemas;
  await app.close();
});

/** The part of a schema that a rule of class-validator asks for. */
const partOf: Record<string, (constraint: unknown) => Schema> = {
  isZimUserId: () => zimUserIdSchema,
  isCallId: () => ({ type: 'string', minLength: 1, maxLength: zimLimits.callIdCharacters }),
  isWellFormedText: () => ({ type: 'string' }),
  isUrl: () => ({ type: 'string' }),
  maxLength: (maxLength) => ({ maxLength }),
  maxUtf8Bytes: (bytes) => ({
    type: 'string',
    description: expect.stringMatching(new RegExp(`at most ${String(bytes)} bytes`, 'i')) as string,
  }),
  isInt: () => ({ type: 'integer' }),
  isBoolean: () => ({ type: 'boolean' }),
  isIn: (values) => ({ type: String(values).startsWith('0') ? 'integer' : 'string', enum: values }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems) => ({ minItems }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
  isObject: () => ({}),
  nestedValidation: () => ({}),
};

function rulesOf(type: new () => object) {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
}

function expectedSchema(type: new () => object, property: string): Schema {
  const parts = rulesOf(type)
    .filter(({ propertyName, name }) => propertyName === property && name !== 'isOptional')
    .map(({ name, type: kind, constraints, each }) => {
      const rule = name ?? kind;
      const part = partOf[rule]?.((constraints as unknown[] | undefined)?.[0]);
      if (part === undefined) throw new Error(`no schema is known for the rule ${rule}`);
      return each && rule !== 'nestedValidation' ? { items: part } : part;
    });
  return Object.assign({}, ...parts) as Schema;
}

const limitNames = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'enum'];
const limitsOf = (schema: Schema) =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => limitNames.includes(name)));

const classes = [
  CallInviteDto,
  CallAnswerDto,
  CallWithdrawDto,
  CallReportDto,
  ZimRegisterUserDto,
  ZimRegisterUsersDto,
  RaisedInviteDto,
];
const allClasses = [...classes, ...Object.values(push)].map((type) => [type.name, type] as const);

describe('the OpenAPI schemas of the DTO classes', () => {
  it.each(allClasses)('say what class-validator checks: %s', (name, type) => {
    const rules = rulesOf(type);
    const properties = [...new Set(rules.map(({ propertyName }) => propertyName))];
    const optional = rules.filter((rule) => rule.name === 'isOptional');
    const required = properties.filter(
      (property) => !optional.some(({ propertyName }) => propertyName === property),
    );
    const schema = schemas[name];
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(properties.sort());
    expect((schema?.required ?? []).sort()).toEqual(required.sort());
    for (const property of properties) {
      const expected = expectedSchema(type, property);
      const found = schema?.properties[property] ?? {};
      expect([property, found]).toEqual([property, expect.objectContaining(expected)]);
      expect([property, limitsOf(found)]).toEqual([property, limitsOf(expected)]);
    }
  });

  it('refer to the schemas of the classes inside them', () => {
    expect(schemas['CallInviteDto']?.properties['offlinePush']).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/OfflinePushDto' }],
    });
    expect(schemas['ZimRegisterUsersDto']?.properties['users']).toMatchObject({
      items: { $ref: '#/components/schemas/ZimRegisterUserDto' },
    });
  });

  it('name as many callees as the class allows', () => {
    const maxItems = (name: string) => schemas[name]?.properties['userIds']?.['maxItems'];
    expect(maxItems('CallInviteDto')).toBe(9);
    expect(maxItems(RaisedInviteDto.name)).toBe(20);
  });

  it('have the pattern of a ZIM user id that the rule has', () => {
    const pattern = new RegExp(zimUserIdSchema.pattern, 'u');
    for (let code = 0; code < 0x250; code++) {
      const text = String.fromCharCode(code);
      expect([code, pattern.test(text)]).toEqual([code, isZimUserId(text)]);
    }
  });
});
